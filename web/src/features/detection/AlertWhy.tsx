import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/i18n/format';
import { Pill } from '@/ui/Pill';
import { AlertUsual } from './AlertUsual';
import { KeptEventCard } from './KeptEventCard';
import type { AlertDetail } from './types';
import { conditionPieces, reasonsOf } from './why';

const OPEN_AT_FIRST = 2;
const FEW_REASONS = 8;

/** The condition of the rule, the fields that met it, and the events they stood in. */
export function AlertWhy({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const events = alert.events_kept;
  const left = alert.events - events.length;
  return (
    <>
      {alert.learned && <AlertUsual learned={alert.learned} />}
      <Reasons alert={alert} />
      <h2 className="part">{t('alert.eventsOf', { n: count(alert.events) })}</h2>
      {events.length === 0 ? (
        <p className="sub">{t('alert.noEvents')}</p>
      ) : (
        <ol className="plain kept-events">
          {events.map((event, i) => (
            <li key={event.sequence}>
              {left > 0 && i === Math.ceil(events.length / 2) && (
                <p className="sub small left-out">{t('alert.leftOut', { n: count(left) })}</p>
              )}
              <KeptEventCard event={event} isOpen={i < OPEN_AT_FIRST} entities={alert.entities} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Reasons({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const reasons = useMemo(() => reasonsOf(alert.events_kept), [alert]);
  const [isWhole, setWhole] = useState(false);
  const pieces = conditionPieces(alert.condition, [...new Set(reasons.map((one) => one.selection))]);
  const shown = isWhole ? reasons : reasons.slice(0, FEW_REASONS);
  let at = 0;
  return (
    <section className="reasons">
      <p className="condition">
        <span className="sub small">{t('alert.condition')}</span>{' '}
        <code className="mono">
          {pieces.map(({ text, hit }) => {
            const key = at;
            at += text.length;
            return hit ? <mark key={key}>{text}</mark> : <span key={key}>{text}</span>;
          })}
        </code>
      </p>
      {reasons.length > 0 && (
        <table className="tbl">
          <thead>
            <tr>
              <th scope="col">{t('alert.selection')}</th>
              <th scope="col">{t('alert.field')}</th>
              <th scope="col">{t('alert.value')}</th>
              <th scope="col" className="end">
                {t('alert.events')}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={`${one.selection} ${one.field} ${one.value}`}>
                <td>
                  <Pill tone="accent">{one.selection}</Pill>
                </td>
                <td className="mono">{one.field}</td>
                <td className="mono value">
                  <mark>{one.value}</mark>
                </td>
                <td className="end num">{count(one.events)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {reasons.length > FEW_REASONS && !isWhole && (
        <button type="button" className="link-button small" onClick={() => setWhole(true)}>
          {t('alert.moreReasons', { n: reasons.length - FEW_REASONS })}
        </button>
      )}
    </section>
  );
}
