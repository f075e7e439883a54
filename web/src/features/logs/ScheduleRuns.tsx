import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { formatTime, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { type LogRun, type LogSchedule, RUN_TONES, runQuery, runsQuery } from './schedules';
import { formatMilli } from './show';
import './schedules.css';

/** What runs came to, the newest first, each with the events that it saw. */
export function ScheduleRuns({ schedule }: { schedule: LogSchedule }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(runsQuery(schedule.search_id));
  return (
    <section className="log-runs">
      <h2 className="part">{t('logSchedule.runs')}</h2>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <Bones lines={4} />
      ) : data.length === 0 ? (
        <p className="sub">{t('logSchedule.noRuns', { at: formatTime(schedule.next_at) })}</p>
      ) : (
        <ul className="plain">
          {data.map((run) => (
            <Run key={run.id} run={run} query={schedule.query} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Run({ run, query }: { run: LogRun; query: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  const [isOpen, setOpen] = useState(false);
  const due = formatTime(run.due_at);
  return (
    <li>
      <div className="row wrap">
        <Pill tone={RUN_TONES[run.state]}>{word('logRunState', run.state)}</Pill>
        <span className="num">{due}</span>
        <span className="num">{run.state === 'failed' ? '' : t('logSchedule.hitsN', { n: count(run.hits) })}</span>
        <span className="sub small num">{t('logSchedule.from', { at: formatTime(run.from_at) })}</span>
        <span className="grow" />
        {run.hits > 0 && (
          <>
            <Button
              size="small"
              type="text"
              aria-expanded={isOpen}
              aria-label={`${t('logSchedule.events')} ${due}`}
              onClick={() => setOpen(!isOpen)}
            >
              {t('logSchedule.events')}
            </Button>
            <Link href={paths.logs({ q: query, from: run.from_at, to: run.due_at })} label={`${t('logSchedule.inSearch')} ${due}`}>
              {t('logSchedule.inSearch')}
            </Link>
          </>
        )}
      </div>
      {run.problem && (
        <p className="late small plain-p">{t(`logSchedule.problem.${run.problem as 'too_slow' | 'unreadable' | 'query'}`)}</p>
      )}
      {isOpen && <Events run={run} />}
    </li>
  );
}

function Events({ run }: { run: LogRun }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(runQuery(run.id));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Bones lines={3} />;
  if (data.events.length === 0) return <p className="sub small plain-p">{t('logSchedule.eventsGone')}</p>;
  return (
    <ol className="plain mono small run-events">
      {data.events.map((event) => (
        <li key={event.sequence}>
          <span className="sub">{formatMilli(event.at)}</span> <b>{event.source}</b> {event.text}
        </li>
      ))}
    </ol>
  );
}
