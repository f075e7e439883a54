import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { formatDay, formatTime } from '@/i18n/format';
import { Pill } from '@/ui/Pill';
import { Link } from '../Link';
import { paths } from '../paths';
import { strip } from './strip';
import './collected.css';

type Collected = Schemas['CollectedLogs'];

/** The sources of one asset: since when, how long kept, and a strip of the last week with its gaps. */
export function CollectedRows({ sources }: { sources: readonly Collected[] }) {
  const { t } = useTranslation();
  return (
    <ul className="plain collected-rows">
      {sources.map((source) => (
        <li key={source.source_id} className="row wrap">
          <Link href={paths.logs({ q: source.search, span: '7d' })}>{source.name}</Link>
          {source.hours.length > 0 && <Strip source={source} />}
          <span className="sub small num">
            {t('logCoverage.since', { day: formatDay(source.since.slice(0, 10)), n: source.days_kept })}
          </span>
          {source.gap_hours > 0 && (
            <Pill tone="warn">{t('logCoverage.gaps', { n: source.gap_hours, longest: source.longest_gap_hours })}</Pill>
          )}
          {source.missing_days.length > 0 && (
            <span title={source.missing_days.join('  ')}>
              <Pill tone="warn">{t('logCoverage.missingDays', { n: source.missing_days.length })}</Pill>
            </span>
          )}
          {source.clock_in_step === false && <Pill tone="warn">{t('logCoverage.clockOff')}</Pill>}
          {source.state === 'silent' && <span className="late">{t('logSource.silentSince', { at: formatTime(source.last_seen_at) })}</span>}
        </li>
      ))}
    </ul>
  );
}

/** The hours of a week, the oldest first; said in words for those who do not see it. */
function Strip({ source }: { source: Collected }) {
  const { t } = useTranslation();
  const label = t('logCoverage.strip', { n: source.hours.length, gaps: source.gap_hours });
  return (
    <span className="heat-strip" role="img" aria-label={label} title={label}>
      {strip(source.hours, source.gaps).map(({ from, kind }) => (
        <i key={from} className={kind} />
      ))}
    </span>
  );
}
