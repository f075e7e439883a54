import { useTranslation } from 'react-i18next';
import { formatTime } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { EmptyState } from '@/ui/states';
import { STATE_TONES } from './queue';
import { SeverityPill } from './SeverityPill';
import type { AlertDetail } from './types';

/** The other alerts of the same story, in the order in which they happened. */
export function AlertRelated({ alert, onOpen }: { alert: AlertDetail; onOpen: (id: number) => void }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  if (alert.related.length === 0) return <EmptyState title={t('alert.noRelated')} hint={t('alert.noRelatedHint')} />;
  const related = alert.related.toSorted((a, b) => a.first_at.localeCompare(b.first_at));
  return (
    <ul className="plain related">
      {related.map((one) => (
        <li key={one.id}>
          <time className="sub num small">{formatTime(one.first_at)}</time>
          <SeverityPill severity={one.severity} />
          <button type="button" className="link-button ellipsis" onClick={() => onOpen(one.id)}>
            {text(one.title)}
          </button>
          <Pill tone={STATE_TONES[one.state]}>{word('alertState', one.state)}</Pill>
        </li>
      ))}
    </ul>
  );
}
