import { CloseOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import './chips.css';

export type Chip = { key: string; label: string; value: string; onRemove: () => void };

/** The filters in force, each removable: a filter never works unseen. */
export function Chips({ chips, onReset }: { chips: readonly Chip[]; onReset: () => void }) {
  const { t } = useTranslation();
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label={t('common.activeFilters')}>
      {chips.map((chip) => (
        <li key={chip.key} className="chip">
          <span className="sub">{chip.label}</span>
          {chip.value}
          <button type="button" aria-label={t('common.removeFilter', { name: chip.label })} onClick={chip.onRemove}>
            <CloseOutlined aria-hidden />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="link-button small" onClick={onReset}>
          {t('common.resetFilters')}
        </button>
      </li>
    </ul>
  );
}
