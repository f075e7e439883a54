import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { formatSecond, formatTime, useFormat } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import type { GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { Pill } from '@/ui/Pill';
import type { SetQueue } from './AlertsPage';
import { Due, useMinute } from './Due';
import { Entities } from './Entities';
import { STATE_TONES, VERDICT_TONES } from './queue';
import { SeverityPill } from './SeverityPill';
import type { Alert } from './types';

const SHOWN_ENTITIES = 2;
/** Month, day and minute; the year stands in the hint. */
const YEAR = 5;

/** The columns of the queue; what can be clicked in them narrows it. */
export function useAlertColumns(set: SetQueue, grouped: boolean): GridColumn<Alert>[] {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const { count } = useFormat();
  const now = useMinute();
  return useMemo(
    () => [
      {
        key: 'severity',
        title: t('detection.level'),
        width: 84,
        wide: 94,
        fixed: true,
        sortable: true,
        render: (alert) => (
          <SeverityPill
            severity={alert.severity}
            {...(alert.severity_reasons.length > 0 ? { title: alert.severity_reasons.map(text).join('\n') } : {})}
          />
        ),
      },
      {
        key: 'title',
        title: t('alert.title'),
        width: 212,
        grow: true,
        render: (alert) => <Title alert={alert} grouped={grouped} set={set} />,
      },
      {
        key: 'entities',
        title: t('alert.entities'),
        width: 196,
        grow: true,
        render: (alert) => <Entities entities={alert.entities} most={SHOWN_ENTITIES} onChoose={(entity) => set({ entity })} />,
      },
      {
        key: 'asset',
        title: t('field.asset'),
        width: 108,
        render: (alert) =>
          alert.asset ? (
            <Link href={paths.assets({ id: alert.asset.id })}>
              <Middle text={alert.asset.name} />
            </Link>
          ) : (
            <span className="sub">—</span>
          ),
      },
      { key: 'events', title: t('alert.events'), width: 66, align: 'end', render: (alert) => count(alert.events) },
      {
        key: 'last_at',
        title: t('alert.lastAt'),
        width: 106,
        sortable: true,
        render: (alert) => (
          <span className="num" title={formatSecond(alert.last_at)}>
            {formatTime(alert.last_at).slice(YEAR)}
          </span>
        ),
      },
      {
        key: 'state',
        title: t('field.state'),
        width: 94,
        wide: 134,
        render: (alert) =>
          alert.verdict ? (
            <Pill tone={VERDICT_TONES[alert.verdict]} title={word('alertState', alert.state)}>
              {word('alertVerdict', alert.verdict)}
            </Pill>
          ) : (
            <Pill tone={STATE_TONES[alert.state]}>{word('alertState', alert.state)}</Pill>
          ),
      },
      {
        key: 'assignee',
        title: t('alert.assignee'),
        width: 76,
        render: (alert) => alert.assigned_to?.name ?? <span className="sub">—</span>,
      },
      { key: 'due_at', title: t('alert.due'), width: 106, sortable: true, render: (alert) => <Due alert={alert} now={now} /> },
    ],
    [t, text, word, count, now, set, grouped],
  );
}

function Title({ alert, grouped, set }: { alert: Alert; grouped: boolean; set: SetQueue }) {
  const { t } = useTranslation();
  const text = useText();
  const story = alert.story.alerts > 1 ? alert.story : null;
  return (
    <span className="row alert-title">
      <span className="ellipsis" title={text(alert.title)}>
        {text(alert.title)}
      </span>
      {story && (
        <button
          type="button"
          className={`story${grouped ? ' grouped' : ''}`}
          title={t('alert.storyOf', { n: story.alerts })}
          onClick={() => set({ story: String(story.id), grouped: undefined, state: 'all' })}
        >
          {t('alert.storyN', { n: story.alerts })}
        </button>
      )}
      {alert.look_back && <span className="sub small">{t('alert.lookBack')}</span>}
      <span className="sub mono techniques">{alert.attack.slice(0, 2).join(' ')}</span>
    </span>
  );
}
