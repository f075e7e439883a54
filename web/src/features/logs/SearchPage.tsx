import { DownloadOutlined, PlayCircleOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Button, Tooltip } from 'antd';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { useMay } from '@/features/shared/session';
import { useKeys, walkingTo } from '@/features/shared/useKeys';
import { useFormat } from '@/i18n/format';
import { PageHead } from '@/ui/PageHead';
import { Bones, EmptyState } from '@/ui/states';
import { eventsQuery, histogramQuery, sourcesQuery } from './api';
import { EventDrawer } from './EventDrawer';
import { FieldPanel } from './FieldPanel';
import { Histogram } from './Histogram';
import { LiveView } from './LiveView';
import { NoSources } from './NoSources';
import { QueryBar } from './QueryBar';
import { ResultBar } from './ResultBar';
import { Results } from './Results';
import { SavedSearches } from './SavedSearches';
import { type LogSearchState, useLogSearch } from './useLogSearch';
import { longerSpans, spanPatch } from './view';
import './logs.css';
import './query.css';

const ExportDialog = lazy(async () => ({ default: (await import('./ExportDialog')).ExportDialog }));

const FIRST_MS = 5000;

/** The hospital's logs: asked, narrowed, read, watched live, taken out. */
export function SearchPage() {
  const { t } = useTranslation();
  const may = useMay();
  const search = useLogSearch();
  const { view, asked, mistake, set } = search;
  const [isExporting, setExporting] = useState(false);
  const [hasPanel, setPanel] = useState(true);
  // Whoever has just pointed the first sender here waits for it.
  const sources = useQuery({ ...sourcesQuery(), refetchInterval: ({ state }) => (state.data?.length === 0 ? FIRST_MS : false) });
  const events = useFound(search);
  const total = useQuery({ ...histogramQuery(asked), enabled: mistake === null && !view.live });
  const open = useCallback((sequence: string | undefined) => set({ event: sequence }), [set]);
  const live = () => search.ask({ live: view.live ? undefined : 'on' });
  // A dialog closes itself.
  const close = () => !document.activeElement?.closest('[role="dialog"]') && view.open !== null && open(undefined);
  useKeys({ t: live, j: walk, k: walk, Escape: close });
  const isEmpty = sources.data?.length === 0;
  const isWrong = mistake !== null || isQueryWrong(events.error);
  return (
    <div className="page logs">
      <PageHead
        title={t('nav.logs')}
        note={
          !view.live && total.data && <Note total={total.data.total} exact={total.data.exact} ms={events.data?.pages[0]?.milliseconds} />
        }
      >
        <Link href={paths.logSql()}>{t('nav.logSql')}</Link>
        <SavedSearches search={search} />
        {may('logs.export') && (
          <Button icon={<DownloadOutlined aria-hidden />} disabled={isWrong || view.live} onClick={() => setExporting(true)}>
            {t('common.export')}
          </Button>
        )}
        <Tooltip title={t('log.liveHint')}>
          <Button
            type={view.live ? 'primary' : 'default'}
            icon={<PlayCircleOutlined aria-hidden />}
            aria-pressed={view.live}
            onClick={live}
          >
            {t('log.live')}
          </Button>
        </Tooltip>
      </PageHead>
      <QueryBar search={search} error={events.error} busy={events.isFetching && !events.isFetchingNextPage} />
      {isEmpty ? (
        <NoSources />
      ) : view.live ? (
        <LiveView search={search} onOpen={open} />
      ) : (
        <>
          {!isWrong && <Histogram search={search} />}
          <div className="log-body">
            {hasPanel && !isWrong && <FieldPanel search={search} />}
            <section className="card log-results" aria-label={t('log.results')}>
              <ResultBar view={view} set={set}>
                <Button
                  size="small"
                  icon={<UnorderedListOutlined aria-hidden />}
                  aria-pressed={hasPanel}
                  onClick={() => setPanel(!hasPanel)}
                >
                  {t('log.fields')}
                </Button>
              </ResultBar>
              <div className="results">
                <Found search={search} found={events} onOpen={open} />
              </div>
            </section>
          </div>
        </>
      )}
      <Suspense fallback={null}>
        {isExporting && <ExportDialog asked={asked} total={total.data?.total} onClose={() => setExporting(false)} />}
      </Suspense>
    </div>
  );
}

const walk = walkingTo('.results [role="grid"]');

function Note({ total, exact, ms }: { total: number; exact: boolean; ms: number | undefined }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  return (
    <>
      {t(exact ? 'log.total' : 'log.about', { n: total })}
      {ms !== undefined && ` · ${t('log.took', { n: count(Math.round(ms)) })}`}
    </>
  );
}

const isQueryWrong = (error: unknown) => error instanceof ApiError && error.slug === 'log-query-wrong';

/** What the server found, page by page as the list is read. */
const useFound = ({ asked, view, mistake }: LogSearchState) =>
  useInfiniteQuery({ ...eventsQuery(asked, view.order), enabled: mistake === null && !view.live });
type FoundProps = { search: LogSearchState; found: ReturnType<typeof useFound>; onOpen: (sequence: string | undefined) => void };

function Found({ search, found, onOpen }: FoundProps) {
  const { t } = useTranslation();
  const { view, mistake } = search;
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = found;
  const events = useMemo(() => data?.pages.flatMap((page) => page.events) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (mistake || isQueryWrong(error)) return <EmptyState mark="error" title={t('log.notUnderstood')} hint={t('log.notUnderstoodHint')} />;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Bones lines={12} />;
  return (
    <>
      <Results events={events} view={view} onOpen={onOpen} onEnd={more} empty={<Nothing search={search} />} />
      {isFetchingNextPage && (
        <div className="more-bar small" role="status">
          {t('common.loading')}
        </div>
      )}
      <EventDrawer events={events} search={search} onOpen={onOpen} />
    </>
  );
}

/** Nothing found: a longer time, or fewer filters. */
function Nothing({ search }: { search: LogSearchState }) {
  const { t } = useTranslation();
  const { view, ask } = search;
  return (
    <EmptyState title={t('log.nothing')} hint={t('log.nothingHint')}>
      {longerSpans(view.span)
        .slice(0, 2)
        .map((span) => (
          <Button key={span} onClick={() => ask(spanPatch(span))}>
            {t(`log.span.${span}`)}
          </Button>
        ))}
      {view.filters.length > 0 && <Button onClick={() => ask({ where: undefined })}>{t('common.resetFilters')}</Button>}
    </EmptyState>
  );
}
