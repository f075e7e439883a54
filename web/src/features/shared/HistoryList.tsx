import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { Bones, EmptyState } from '@/ui/states';
import { payloadLines } from './payload';
import { ErrorState } from './problems';
import './history.css';

/** What happened to one record, from the ledger. */
export function HistoryOf({ kind, id }: { kind: string; id: number | string }) {
  const { data, error, isPending, refetch } = api.useQuery('get', '/api/v1/history/{kind}/{id}', {
    params: { path: { kind, id: String(id) } },
  });
  if (isPending) return <Bones lines={4} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <HistoryList entries={data.items} />;
}

export function HistoryList({ entries }: { entries: readonly Schemas['LedgerEntry'][] }) {
  const { t } = useTranslation();
  const word = useWord();
  if (entries.length === 0) return <EmptyState title={t('history.empty')} />;
  return (
    <ol className="history">
      {entries.map((entry) => (
        <li key={entry.seq}>
          <div className="row">
            <b>{word('action', entry.action)}</b>
            <span className="grow" />
            <time className="sub small num">{formatTime(entry.at)}</time>
          </div>
          <div className="sub small">
            {entry.actor_name ?? t('history.program')} · <span className="num">#{entry.seq}</span>
          </div>
          <Payload payload={entry.payload} />
        </li>
      ))}
    </ol>
  );
}

/** The details an entry carries, a line each. */
export function Payload({ payload }: { payload: Record<string, unknown> }) {
  const word = useWord();
  const lines = payloadLines(payload, word);
  if (lines.length === 0) return null;
  return (
    <dl className="payload">
      {lines.map(({ key, name, text }) => (
        <div key={key}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
