import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/features/shared/CopyButton';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { formatSecond } from '@/i18n/format';
import { Marked } from '@/ui/Marked';
import type { Entity, KeptEvent } from './types';
import { fieldsOf, marksOf } from './why';
import './kept.css';

const AROUND_MS = 300_000;
const around = (at: string) => ({
  from: new Date(Date.parse(at) - AROUND_MS).toISOString(),
  to: new Date(Date.parse(at) + AROUND_MS).toISOString(),
});

type Props = { event: KeptEvent; isOpen: boolean; entities?: readonly Entity[] };

/** An event as it came, with what matched and whom it concerns marked in its text, and what matched in its fields. */
export function KeptEventCard({ event, isOpen, entities }: Props) {
  const { t } = useTranslation();
  const marks = useMemo(() => marksOf(event, entities), [event, entities]);
  const [wasOpened, setOpened] = useState(isOpen);
  return (
    <details className="kept-event" open={isOpen} onToggle={(toggle) => toggle.currentTarget.open && setOpened(true)}>
      <summary>
        <span className="num">{formatSecond(event.at)}</span>
        <span className="sub">{event.source}</span>
        <span className="mono ellipsis kept-line">
          <Marked text={event.message} terms={marks} />
        </span>
      </summary>
      <div className="kept-text">
        <pre className="mono">
          <Marked text={event.message} terms={marks} />
        </pre>
        <CopyButton text={event.message} label={t('log.copyText')} />
      </div>
      {wasOpened && <Fields event={event} />}
      <Link className="small" href={paths.logs({ ...around(event.at), event: event.sequence })}>
        {t('alert.inLogs')}
      </Link>
    </details>
  );
}

function Fields({ event }: { event: KeptEvent }) {
  const { t } = useTranslation();
  const fields = fieldsOf(event);
  if (fields.length === 0) return <p className="sub small">{t('log.noFields')}</p>;
  return (
    <dl className="kept-fields">
      {fields.map(({ name, value, selection }) => (
        <div key={name} className={selection === null ? '' : 'matched'}>
          <dt className="mono">{name}</dt>
          <dd className="mono prewrap">{selection === null ? value : <mark title={t('alert.matchedBy', { selection })}>{value}</mark>}</dd>
        </div>
      ))}
    </dl>
  );
}
