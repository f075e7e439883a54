import { CaretRightOutlined } from '@ant-design/icons';
import { Button, Checkbox } from 'antd';
import type { KeyboardEvent, Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Keys } from '@/ui/Keys';

type Props = {
  value: string;
  fieldRef: Ref<HTMLTextAreaElement>;
  invalid: boolean;
  busy: boolean;
  mask: boolean;
  onChange: (text: string) => void;
  onMask: (mask: boolean) => void;
  onRun: () => void;
};

const [LEAST_LINES, MOST_LINES] = [4, 12];

/** The question: an ordinary text area. Ctrl and Enter ask it, Tab leaves it, as everywhere. */
export function SqlField({ value, fieldRef, invalid, busy, mask, onChange, onMask, onRun }: Props) {
  const { t } = useTranslation();
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onRun();
  };
  const lines = Math.min(MOST_LINES, Math.max(LEAST_LINES, value.split('\n').length));
  return (
    <div className="card sql-field">
      <textarea
        ref={fieldRef}
        className="mono"
        data-search=""
        rows={lines}
        aria-label={t('logSql.question')}
        placeholder={t('logSql.placeholder')}
        aria-invalid={invalid}
        aria-describedby={invalid ? 'sql-mistake' : undefined}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={press}
      />
      <div className="sql-bar">
        <Button type="primary" icon={<CaretRightOutlined aria-hidden />} loading={busy} disabled={value.trim() === ''} onClick={onRun}>
          {t('logSql.run')} <Keys keys={['Ctrl', 'Enter']} />
        </Button>
        <Checkbox checked={mask} onChange={(event) => onMask(event.target.checked)}>
          {t('log.mask')}
        </Checkbox>
        <span className="grow" />
        <span className="small sub">{t('logSql.recorded')}</span>
      </div>
    </div>
  );
}
