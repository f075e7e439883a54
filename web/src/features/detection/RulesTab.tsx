import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Segmented } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChooseWord } from '@/features/shared/choices';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { useSearchState } from '@/features/shared/search';
import { useShownOf } from '@/features/shared/useShownOf';
import { Chips } from '@/ui/Chips';
import { DataGrid, type GridSort } from '@/ui/DataGrid';
import { Bones, EmptyState } from '@/ui/states';
import { rulesQuery } from './api';
import { SEVERITIES } from './queue';
import { RejectedRules } from './RejectedRules';
import { RuleDrawer } from './RuleDrawer';
import { foundRules, ORIGINS, RULE_SORTS, ruleFiltersOf, SHOWS, sortedRules } from './rules';
import type { Rule } from './types';
import { useRuleColumns } from './useRuleColumns';

/** A row of the grid: rules are known by words, rows by numbers. */
export type RuleRow = { index: number; rule: Rule };
const keyOf = (row: RuleRow) => row.index;
const NO_FILTERS = { q: undefined, level: undefined, origin: undefined, attack: undefined, show: undefined };
const REFRESH_MS = 60_000;

/** All rules with what they found and what they cost, and those that could not be loaded. */
export function RulesTab() {
  const { t } = useTranslation();
  const shownOf = useShownOf();
  const [search, set] = useSearchState();
  const filters = useMemo(() => ruleFiltersOf(search), [search]);
  const [sort, setSort] = useState<GridSort>(null);
  const { data, error, isPending, refetch } = useQuery({ ...rulesQuery(), refetchInterval: REFRESH_MS });
  const [isRejectedOpen, setRejectedOpen] = useState(false);
  const indexed = useMemo(() => new Map((data?.items ?? []).map((rule, index) => [rule.id, index + 1])), [data]);
  const rows = useMemo(
    () => sortedRules(foundRules(data?.items ?? [], filters), sort).map((rule): RuleRow => ({ rule, index: indexed.get(rule.id) ?? 0 })),
    [data, filters, sort, indexed],
  );
  const columns = useRuleColumns();
  const isFiltered = filters.q !== '' || [filters.level, filters.origin, filters.attack, filters.show].some(Boolean);
  const open = (id: string | undefined) => set({ id });
  const openRow = useCallback((row: RuleRow) => set({ id: row.rule.id }), [set]);
  const rejected = data?.rejected ?? [];
  return (
    <>
      <div className="filters">
        <SearchBox value={filters.q} onSearch={(q) => set({ q: q || undefined })} placeholder={t('detection.search')} width={260} />
        <ChooseWord
          group="alertSeverity"
          codes={SEVERITIES}
          label={t('detection.level')}
          className="filter"
          value={filters.level ?? null}
          onChange={(level?: string) => set({ level })}
        />
        <ChooseWord
          group="ruleOrigin"
          codes={ORIGINS}
          label={t('detection.origin')}
          className="filter"
          value={filters.origin ?? null}
          onChange={(origin?: string) => set({ origin })}
        />
        <Segmented
          aria-label={t('detection.show')}
          value={filters.show ?? 'all'}
          onChange={(show) => set({ show: show === 'all' ? undefined : String(show) })}
          options={[
            { value: 'all', label: t('common.all') },
            ...SHOWS.map((show) => ({ value: show, label: t(`detection.only.${show}`) })),
          ]}
        />
        <span className="grow" />
        {data && <span className="sub small num">{shownOf(rows.length, data.items.length)}</span>}
      </div>
      <Chips
        chips={
          filters.attack ? [{ key: 'attack', label: 'ATT&CK', value: filters.attack, onRemove: () => set({ attack: undefined }) }] : []
        }
        onReset={() => set(NO_FILTERS)}
      />
      {rejected.length > 0 && (
        <Alert
          className="page-note"
          type="warning"
          showIcon
          role="alert"
          title={t('detection.rejectedN', { n: rejected.length })}
          action={
            <Button size="small" onClick={() => setRejectedOpen(true)}>
              {t('detection.whyRejected')}
            </Button>
          }
        />
      )}
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={12} />
        ) : (
          <DataGrid
            label={t('nav.rules')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={keyOf}
            openKey={search.id === undefined ? undefined : indexed.get(search.id)}
            onOpen={openRow}
            sort={sort}
            onSort={(next) => setSort(next && RULE_SORTS.some((key) => key === next.key) ? next : null)}
            empty={
              <EmptyState
                title={t(isFiltered ? 'common.nothingFound' : 'detection.noRules')}
                hint={t(isFiltered ? 'common.nothingFoundHint' : 'detection.noRulesHint')}
              >
                {isFiltered && <Button onClick={() => set(NO_FILTERS)}>{t('common.resetFilters')}</Button>}
              </EmptyState>
            }
          />
        )}
      </div>
      <RuleDrawer id={search.id} onClose={() => open(undefined)} />
      <RejectedRules rejected={rejected} open={isRejectedOpen} onClose={() => setRejectedOpen(false)} />
    </>
  );
}
