import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Copies a text; says so for a moment. Absent where the browser forbids it (an address without TLS). */
export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    window.setTimeout(() => setDone(false), 1500);
  };
  return (
    <Button
      size="small"
      type="text"
      icon={done ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
      aria-label={t('common.copy')}
      onClick={() => void copy()}
    />
  );
}
