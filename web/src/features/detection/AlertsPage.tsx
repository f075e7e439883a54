import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Switch } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useKeys, walkingTo } from '@/features/shared/useKeys';
import { usePagedRows } from '@/features/shared/usePagedRows';
import { Chips } from '@/ui/Chips';
import { DataGrid, type GridSort } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Bones, EmptyState } from '@/ui/states';
import { AlertDrawer } from './AlertDrawer';
import { AlertHistogram } from './AlertHistogram';
import { alertsQuery } from './api';
import { BulkBar } from './BulkBar';
import { Facets, Toggles } from './Facets';
import { HealthMark } from './HealthMark';
import { NO_FILTERS, type Queue, queryOf, queueOf } from './queue';
import { TriageDialogs } from './TriageDialogs';
import type { Alert } from './types';
import { useAlertColumns } from './useAlertColumns';
import { useQueueChips } from './useQueueChips';
import { type Act, useTriage } from './useTriage';
import './alerts.css';

const keyOf = (alert: Alert) => alert.id;
const PAGE = 200;
const REFRESH_MS = 15_000;
const NOTHING: ReadonlySet<number> = new Set();
const walk = walkingTo('.alert-list [role="grid"]');
export type SetQueue = (patch: Record<string, string | undefined>) => void;

/** What fired and waits for somebody: narrowed, read, judged, by keyboard or mouse. */
export function AlertsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchState();
  const queue = useMemo(() => queueOf(search), [search]);
  const asked = useMemo(() => queryOf(queue), [queue]);
  const [selected, setSelected] = useState(NOTHING);
  // What is no longer in sight must not be acted upon.
  const set: SetQueue = useCallback(
    (patch) => {
      setSelected(NOTHING);
      setSearch(patch);
    },
    [setSearch],
  );
  const open = useCallback((id: number | undefined) => setSearch({ id: id?.toString() }), [setSearch]);
  const openRow = useCallback((alert: Alert) => open(alert.id), [open]);
  const first = useQuery({ ...alertsQuery(asked, 0, PAGE), refetchInterval: REFRESH_MS, placeholderData: keepPreviousData });
  const rows = usePagedRows<Alert>(
    (offset, limit) => ({ ...alertsQuery(asked, offset, limit), placeholderData: keepPreviousData }) as never,
  );
  const id = numberOf(search.id);
  const may = useMay();
  const mayTriage = may('alerts.triage');
  const triage = useTriage();
  const { act } = triage;
  const active = useRef<Alert | null>(null);
  const onActive = useCallback((alert: Alert | null) => {
    active.current = alert;
  }, []);
  const columns = useAlertColumns(set, queue.grouped);
  const chips = useQueueChips(queue, set);
  const mayExcept = may('detection.manage');
  useTriageKeys({
    act,
    mayExcept,
    enabled: mayTriage && triage.asking === null,
    selected,
    open: id,
    active,
    onEscape: () => open(undefined),
  });
  return (
    <div className="page alerts">
      <PageHead title={t('nav.alerts')} note={first.data && <Note total={first.data.total} overdue={first.data.overdue} />}>
        <HealthMark />
        <Toggles queue={queue} page={first.data} set={set} />
        <span className="row small">
          <Switch
            size="small"
            aria-labelledby="alerts-grouped"
            checked={queue.grouped}
            onChange={(on) => set({ grouped: on ? 'true' : undefined })}
          />
          <span id="alerts-grouped">{t('alert.grouped')}</span>
        </span>
        <SearchBox value={queue.q ?? ''} onSearch={(q) => set({ q: q || undefined })} placeholder={t('alert.search')} />
      </PageHead>
      <Facets queue={queue} page={first.data} set={set} />
      <Chips chips={chips} onReset={() => set(NO_FILTERS)} />
      <AlertHistogram queue={queue} set={set} />
      <div className="card fill alert-list">
        {rows.error && rows.count === 0 ? (
          <ErrorState error={rows.error} onRetry={rows.retry} />
        ) : rows.loading ? (
          <Bones lines={12} />
        ) : (
          <DataGrid
            label={t('nav.alerts')}
            columns={columns}
            count={rows.count}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            rowKey={keyOf}
            openKey={id}
            onOpen={openRow}
            onActive={onActive}
            sort={queue.sort}
            onSort={(sort: GridSort) => set({ sort: sort ? `${sort.desc ? '-' : ''}${sort.key}` : undefined })}
            {...(mayTriage ? { selected, onSelect: setSelected, selectLabel: t('alert.select') } : {})}
            empty={<Nothing queue={queue} isFiltered={chips.length > 0 || queue.q !== undefined} set={set} />}
          />
        )}
        {selected.size > 0 && (
          <BulkBar count={selected.size} onAct={(what) => act(what, [...selected])} onClear={() => setSelected(NOTHING)} />
        )}
      </div>
      <AlertDrawer id={id} triage={triage} set={set} onOpen={open} />
      <TriageDialogs triage={triage} />
    </div>
  );
}

function Note({ total, overdue }: { total: number; overdue: number }) {
  const { t } = useTranslation();
  return (
    <>
      {t('common.total', { n: total })}
      {overdue > 0 && <span className="late"> · {t('alert.overdueN', { n: overdue })}</span>}
    </>
  );
}

function Nothing({ queue, isFiltered, set }: { queue: Queue; isFiltered: boolean; set: SetQueue }) {
  const { t } = useTranslation();
  const isQuiet = !isFiltered && queue.state === 'open';
  return (
    <EmptyState
      title={t(isQuiet ? 'alert.quiet' : 'common.nothingFound')}
      hint={t(isQuiet ? 'alert.quietHint' : 'common.nothingFoundHint')}
    >
      {isQuiet ? (
        <Button onClick={() => set({ state: 'all' })}>{t('alert.showAll')}</Button>
      ) : (
        <Button onClick={() => set(NO_FILTERS)}>{t('common.resetFilters')}</Button>
      )}
    </EmptyState>
  );
}

type KeysOf = {
  act: (what: Act, ids: readonly number[]) => void;
  enabled: boolean;
  mayExcept: boolean;
  selected: ReadonlySet<number>;
  open: number | undefined;
  active: { readonly current: Alert | null };
  onEscape: () => void;
};

/** The keys of triage: for what is selected, else for what is open, else for the line one stands on. */
function useTriageKeys({ act, enabled, mayExcept, selected, open, active, onEscape }: KeysOf) {
  const targets = (): readonly number[] => {
    if (selected.size > 0) return [...selected];
    if (open !== undefined) return [open];
    const isInGrid = document.activeElement?.getAttribute('role') === 'grid';
    return isInGrid && active.current ? [active.current.id] : [];
  };
  const on = (what: Act) => (event: KeyboardEvent) => {
    const ids = targets();
    if (!enabled || ids.length === 0 || document.querySelector('.ant-modal-wrap:not([style*="display: none"])')) return;
    event.preventDefault();
    act(what, ids);
  };
  const leave = () => open !== undefined && !document.activeElement?.closest('[role="dialog"]') && onEscape();
  useKeys({
    j: walk,
    k: walk,
    a: on('acknowledge'),
    i: on('investigate'),
    m: on('take'),
    c: on('close'),
    e: mayExcept ? on('except') : () => undefined,
    Escape: leave,
  });
}
