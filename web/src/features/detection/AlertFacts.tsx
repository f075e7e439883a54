import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { formatSecond, formatTime, useFormat, useListed } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import type { SetQueue } from './AlertsPage';
import { Due, useMinute } from './Due';
import { Entities } from './Entities';
import { STATE_TONES, VERDICT_TONES } from './queue';
import type { AlertDetail } from './types';

/** Whom it concerns, when it was, whose it is, and until when. */
export function AlertFacts({ alert, set }: { alert: AlertDetail; set: SetQueue }) {
  const { t } = useTranslation();
  const word = useWord();
  const text = useText();
  const listed = useListed();
  const { count } = useFormat();
  const now = useMinute();
  const isOnce = alert.first_at === alert.last_at;
  const facts: [string, ReactNode, 'whole'?][] = [
    [
      t('alert.entities'),
      <Entities key="entities" entities={alert.entities} onChoose={(entity) => set({ entity, state: 'all' })} />,
      'whole',
    ],
    [
      t('alert.when'),
      <span key="when" className="num">
        {formatSecond(alert.first_at)}
        {!isOnce && ` – ${formatSecond(alert.last_at).slice(alert.first_at.slice(0, 10) === alert.last_at.slice(0, 10) ? 11 : 5)}`} ·{' '}
        {t('alert.eventsN', { n: count(alert.events) })}
      </span>,
      'whole',
    ],
    [t('log.source'), listed(alert.sources) || '—'],
    [
      t('field.asset'),
      alert.asset ? (
        <Link key="asset" href={paths.assets({ id: alert.asset.id })}>
          {alert.asset.name}
        </Link>
      ) : (
        '—'
      ),
    ],
    [
      t('alert.assignee'),
      <span key="assignee">
        {alert.assigned_to?.name ?? t('common.unassigned')}{' '}
        {alert.state !== 'closed' && (
          <>
            · <Due alert={alert} now={now} />
          </>
        )}
      </span>,
    ],
  ];
  return (
    <>
      <p className="row wrap alert-marks">
        <Pill tone={STATE_TONES[alert.state]}>{word('alertState', alert.state)}</Pill>
        {alert.verdict && <Pill tone={VERDICT_TONES[alert.verdict]}>{word('alertVerdict', alert.verdict)}</Pill>}
        <Pill tone="mute">{word('alertKind', alert.kind)}</Pill>
        {alert.look_back && <Pill tone="info">{t('alert.lookBack')}</Pill>}
        {alert.attack.map((technique) => (
          <Link
            key={technique}
            href={paths.rules({ attack: technique })}
            className="technique mono"
            title={t('alert.rulesOf', { technique })}
          >
            {technique}
          </Link>
        ))}
        <span className="grow" />
        {alert.finding_id !== null && (
          <Link href={paths.findings({ id: alert.finding_id })}>{t('alert.findingN', { n: alert.finding_id })}</Link>
        )}
      </p>
      <dl className="facts alert-facts">
        {facts.map(([name, value, whole]) => (
          <div key={name} className={whole ?? ''}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('alert.firedAt')}</dt>
          <dd className="num">{formatTime(alert.created_at)}</dd>
        </div>
        {alert.severity_reasons.length > 0 && (
          <div className="whole">
            <dt>{t('alert.severity')}</dt>
            <dd>
              {alert.severity !== alert.level && (
                <>
                  {t('alert.levelWas', { level: word('alertSeverity', alert.level) })}
                  {' · '}
                </>
              )}
              {listed(alert.severity_reasons.map(text))}
            </dd>
          </div>
        )}
        {alert.suppressed_by !== null && (
          <div>
            <dt>{t('alert.exception')}</dt>
            <dd>
              <Link href={paths.rules({ tab: 'exceptions' })}>#{alert.suppressed_by}</Link>
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}
