import { DownOutlined, UpOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/features/shared/CopyButton';
import { ErrorState } from '@/features/shared/problems';
import { useWord } from '@/i18n/words';
import { Marked } from '@/ui/Marked';
import { Bones } from '@/ui/states';
import { contextQuery } from './api';
import { EventContext } from './EventContext';
import { EventFields } from './EventFields';
import { termsOf } from './highlight';
import { clockDifference, formatMilli } from './show';
import type { LogEvent } from './types';
import type { LogSearchState } from './useLogSearch';
import './event.css';

type Props = { events: readonly LogEvent[]; search: LogSearchState; onOpen: (sequence: string | undefined) => void };
type Part = 'fields' | 'context';

/** One event: its text, its fields, how it was received, and what stood around it. */
export function EventDrawer({ events, search, onOpen }: Props) {
  const { t } = useTranslation();
  const { open } = search.view;
  const at = events.findIndex((event) => event.sequence === open);
  // An event that the list does not hold (a shared address, or one from the lines around another) is fetched.
  const alone = useQuery({ ...contextQuery(open ?? '', 0), enabled: open !== null && at < 0 });
  const event = events[at] ?? alone.data?.find((one) => one.sequence === open);
  const step = (by: number) => events[at + by]?.sequence;
  const walk = (by: number, icon: React.ReactNode, label: string) => (
    <Button
      type="text"
      icon={icon}
      aria-label={label}
      title={label}
      disabled={at < 0 || step(by) === undefined}
      onClick={() => onOpen(step(by))}
    />
  );
  return (
    <Drawer
      open={open !== null}
      onClose={() => onOpen(undefined)}
      size={640}
      mask={false}
      title={event ? <span className="num">{formatMilli(event.at)}</span> : t('log.event')}
      extra={
        <>
          {walk(-1, <UpOutlined aria-hidden />, t('log.previous'))}
          {walk(1, <DownOutlined aria-hidden />, t('log.following'))}
        </>
      }
    >
      {event ? (
        <Shown key={event.sequence} event={event} search={search} onOpen={onOpen} />
      ) : alone.error ? (
        <ErrorState error={alone.error} onRetry={() => void alone.refetch()} />
      ) : (
        <Bones lines={8} />
      )}
    </Drawer>
  );
}

function Shown({ event, search, onOpen }: { event: LogEvent; search: LogSearchState; onOpen: (sequence: string) => void }) {
  const { t } = useTranslation();
  const [part, setPart] = useState<Part>('fields');
  return (
    <div className="event">
      <div className="event-text">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
        <pre className="mono" tabIndex={0} title={t('log.original')}>
          <Marked text={event.text} terms={termsOf(search.view.q)} />
        </pre>
        <CopyButton text={event.text} label={t('log.copyText')} />
      </div>
      <Receipt event={event} />
      <div className="row wrap event-parts">
        <Segmented
          aria-label={t('log.event')}
          value={part}
          onChange={(next) => setPart(next === 'context' ? 'context' : 'fields')}
          options={[
            { value: 'fields', label: t('log.fieldsN', { n: event.fields.length }) },
            { value: 'context', label: t('log.context') },
          ]}
        />
        <span className="grow" />
        <CopyButton isShown text={JSON.stringify(event, null, 2)} label={t('log.copyJson')} />
        <CopyButton isShown text={window.location.href} label={t('log.copyLink')} />
      </div>
      {part === 'fields' ? <EventFields event={event} search={search} /> : <EventContext event={event} onOpen={onOpen} />}
    </div>
  );
}

/** From when on a clock that is wrong is worth a word; order and evidence suffer from it. */
const CLOCK_SECONDS = 5;

function Receipt({ event }: { event: LogEvent }) {
  const { t } = useTranslation();
  const word = useWord();
  const difference = clockDifference(event);
  const facts: [string, React.ReactNode][] = [
    [t('log.source'), event.source],
    [t('log.way'), `${word('logTransport', event.transport)} · ${event.peer}`],
    [t('log.received'), formatMilli(event.received_at)],
    [t('log.timeFrom'), word('logAtFrom', event.at_from)],
  ];
  return (
    <dl className="receipt">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
      {difference !== null && (
        <div>
          <dt>{t('log.clock')}</dt>
          <dd className={Math.abs(difference) > CLOCK_SECONDS ? 'late num' : 'num'}>
            {Math.abs(difference) <= CLOCK_SECONDS
              ? t('log.inStep')
              : t(difference > 0 ? 'log.behind' : 'log.ahead', { n: Math.abs(difference) })}
          </dd>
        </div>
      )}
    </dl>
  );
}
