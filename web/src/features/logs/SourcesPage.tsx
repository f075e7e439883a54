import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useShownOf } from '@/features/shared/useShownOf';
import { formatTime, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Sparkline } from '@/ui/Sparkline';
import { Bones, EmptyState } from '@/ui/states';
import { sourcesQuery } from './api';
import { CoverageCard } from './CoverageCard';
import { NoSources } from './NoSources';
import { SourceDrawer } from './SourceDrawer';
import { foundSources, isOutOfStep, lossesOf, SOURCE_TONES, sortedSources } from './sources';
import type { LogSource, SourceState } from './types';
import './intake.css';

const keyOf = (source: LogSource) => source.id;
const STATES: readonly SourceState[] = ['silent', 'new', 'sending', 'stopped'];
const REFRESH_MS = 15_000;
const NAMED = 5;

/** Who sends logs, and who no longer does. */
export function SourcesPage() {
  const { t } = useTranslation();
  const shownOf = useShownOf();
  const word = useWord();
  const [search, set] = useSearchState();
  const { data, error, isPending, refetch } = useQuery({ ...sourcesQuery(), refetchInterval: REFRESH_MS });
  const state = STATES.find((one) => one === search.state);
  const q = search.q ?? '';
  const rows = useMemo(() => foundSources(sortedSources(data ?? []), q).filter((one) => !state || one.state === state), [data, q, state]);
  const columns = useColumns();
  const open = data?.find((one) => one.id === numberOf(search.id));
  return (
    <div className="page logs">
      <PageHead title={t('nav.logSources')} note={data && shownOf(rows.length, data.length)}>
        {STATES.map((one) => ({ one, n: data?.filter((source) => source.state === one).length ?? 0 }))
          .filter(({ n }) => n > 0)
          .map(({ one, n }) => (
            <button
              key={one}
              type="button"
              className="state-filter"
              aria-pressed={state === one}
              onClick={() => set({ state: state === one ? undefined : one })}
            >
              <Pill tone={SOURCE_TONES[one]}>
                {word('logSourceState', one)} <span className="num">{n}</span>
              </Pill>
            </button>
          ))}
        <SearchBox value={q} onSearch={(text) => set({ q: text || undefined })} />
      </PageHead>
      {data && <Silent sources={sortedSources(data).filter((one) => one.state === 'silent')} onOpen={(id) => set({ id: String(id) })} />}
      <CoverageCard />
      {data?.length === 0 ? (
        <NoSources />
      ) : (
        <div className="card fill">
          {error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : isPending ? (
            <Bones lines={10} />
          ) : (
            <DataGrid
              label={t('nav.logSources')}
              columns={columns}
              count={rows.length}
              rowAt={(i) => rows[i]}
              rowKey={keyOf}
              openKey={open?.id}
              onOpen={(source) => set({ id: String(source.id) })}
              empty={<EmptyState title={t('common.nothingFound')} hint={t('common.nothingFoundHint')} />}
            />
          )}
        </div>
      )}
      <SourceDrawer source={open} onClose={() => set({ id: undefined })} />
    </div>
  );
}

/** The alarm: a source that fell silent is a hole in what must be kept. */
function Silent({ sources, onOpen }: { sources: readonly LogSource[]; onOpen: (id: number) => void }) {
  const { t } = useTranslation();
  if (sources.length === 0) return null;
  const more = sources.length - NAMED;
  return (
    <Alert
      className="page-note"
      type="error"
      showIcon
      role="alert"
      title={
        <>
          <b>{t('logSource.silentN', { n: sources.length })}</b>
          <ul className="plain silent-list">
            {sources.slice(0, NAMED).map((source) => (
              <li key={source.id}>
                <button type="button" className="link-button" onClick={() => onOpen(source.id)}>
                  {source.name}
                </button>{' '}
                <span className="num">{t('logSource.silentSince', { at: formatTime(source.silent_since ?? source.last_seen_at) })}</span>
              </li>
            ))}
            {more > 0 && <li>{t('logSource.andMore', { n: more })}</li>}
          </ul>
        </>
      }
    />
  );
}

function useColumns(): GridColumn<LogSource>[] {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  return useMemo(
    () => [
      { key: 'name', title: t('logSource.name'), width: 150, grow: true, fixed: true, render: (s) => <Middle text={s.name} /> },
      {
        key: 'state',
        title: t('field.state'),
        width: 92,
        wide: 100,
        render: (s) => <Pill tone={SOURCE_TONES[s.state]}>{word('logSourceState', s.state)}</Pill>,
      },
      { key: 'seen', title: t('logSource.lastSeen'), width: 136, render: (s) => <span className="num">{formatTime(s.last_seen_at)}</span> },
      {
        key: 'rate',
        title: t('logSource.rate'),
        width: 158,
        render: (s) => (
          <span className="row" title={t('logSource.hoursHint')}>
            <Sparkline values={s.hours} />
            <span className="num">{count(Math.round(s.events_per_minute * 10) / 10)}</span>
          </span>
        ),
      },
      {
        key: 'losses',
        title: t('logSource.losses'),
        width: 66,
        wide: 76,
        align: 'end',
        render: (s) => (
          <span
            className={lossesOf(s) > 0 ? 'late' : ''}
            title={t('logSource.lossesOf', { rejected: s.rejected, dropped: s.dropped, cut: s.cut })}
          >
            {count(lossesOf(s))}
          </span>
        ),
      },
      {
        key: 'skew',
        title: t('logSource.skew'),
        width: 86,
        wide: 96,
        align: 'end',
        render: (s) =>
          s.clock_skew_seconds === null ? (
            '—'
          ) : (
            <span className={isOutOfStep(s) ? 'late' : ''}>{t('logSource.seconds', { n: s.clock_skew_seconds })}</span>
          ),
      },
      {
        key: 'address',
        title: t('logSource.address'),
        width: 152,
        render: (s) => (
          <span className="mono">
            {word('logTransport', s.transport)} {s.address}
          </span>
        ),
      },
      {
        key: 'asset',
        title: t('field.asset'),
        width: 136,
        grow: true,
        render: (s) =>
          s.asset_id === null ? (
            <span className="sub">{t('logSource.noAsset')}</span>
          ) : (
            <Link href={paths.assets({ id: s.asset_id })}>
              <Middle text={s.asset_name ?? String(s.asset_id)} />
            </Link>
          ),
      },
      {
        key: 'parser',
        title: t('logSource.parser'),
        width: 118,
        render: (s) => s.parser ?? <span className="sub">{t('logSource.auto')}</span>,
      },
    ],
    [t, word, count],
  );
}
