import { SearchOutlined } from '@ant-design/icons';
import { Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** The page's search field: `/` focuses it; what is typed reaches the address a moment after the last key. */
export function SearchBox({
  value,
  onSearch,
  placeholder,
  width = 200,
}: {
  value: string;
  onSearch: (q: string) => void;
  placeholder?: string;
  width?: number;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const timer = useRef<number | undefined>(undefined);
  const sent = useRef(value);
  useEffect(() => {
    // Only an address changed from elsewhere overwrites what is being typed.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const send = (q: string) => {
    sent.current = q;
    onSearch(q);
  };
  return (
    <Input
      allowClear
      prefix={<SearchOutlined aria-hidden />}
      placeholder={placeholder ?? t('common.search')}
      aria-label={placeholder ?? t('common.search')}
      data-search=""
      style={{ width }}
      value={text}
      onChange={(event) => {
        const q = event.target.value;
        setText(q);
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(() => send(q.trim()), 200);
      }}
      onPressEnter={() => {
        window.clearTimeout(timer.current);
        send(text.trim());
      }}
    />
  );
}
