import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ChooseDepartment, ChooseSystem, ChooseWord } from '@/features/shared/choices';
import { IMPORTANCE, OBJECT_TYPES } from '@/features/shared/domain';
import { TransferButtons } from '@/features/shared/imports/TransferButtons';
import { departmentsQuery, systemsQuery } from '@/features/shared/lists';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { usePagedRows } from '@/features/shared/usePagedRows';
import { useWordPill } from '@/features/shared/WordPill';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { type Chip, Chips } from '@/ui/Chips';
import { DataGrid, type GridColumn, type GridSort } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { AssetDrawer } from './AssetDrawer';
import { type AssetFilters, assetFilters } from './filters';

type Asset = Schemas['Asset'];
const keyOf = (a: Asset) => a.id;
const NO_FILTERS = { q: undefined, object_type: undefined, system_id: undefined, department_id: undefined, importance: undefined };

export function AssetsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const [search, set] = useSearchState();
  const filters = assetFilters(search);
  const rows = usePagedRows<Asset>(
    (offset, limit) => api.queryOptions('get', '/api/v1/assets', { params: { query: { ...filters, offset, limit } } }) as never,
  );
  const columns = useColumns();
  const chips = useChips(filters, set);
  const create = search.id === 'new';
  const id = numberOf(search.id);
  const sort = sortOf(search.sort);
  return (
    <div className="page">
      <PageHead title={t('nav.assets')} note={!rows.loading && t('common.total', { n: rows.count })}>
        <TransferButtons kind="assets" />
        {may('records.write') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => set({ id: 'new' })}>
            {t('asset.add')}
          </Button>
        )}
      </PageHead>
      <div className="filters">
        <SearchBox value={search.q ?? ''} onSearch={(q) => set({ q: q || undefined })} placeholder={t('asset.search')} width={190} />
        <FilterFields filters={filters} set={set} />
      </div>
      <Chips chips={chips} onReset={() => set(NO_FILTERS)} />
      <div className="card fill">
        {rows.error ? (
          <ErrorState error={rows.error} onRetry={rows.retry} />
        ) : rows.loading ? (
          <Bones lines={14} />
        ) : (
          <DataGrid
            label={t('nav.assets')}
            columns={columns}
            count={rows.count}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            rowKey={keyOf}
            sort={sort}
            onSort={(next) => set({ sort: next ? `${next.desc ? '-' : ''}${next.key}` : undefined })}
            openKey={id}
            onOpen={(asset) => set({ id: String(asset.id) })}
            empty={
              chips.length > 0 || search.q ? (
                <EmptyState title={t('common.nothingFound')} hint={t('common.nothingFoundHint')}>
                  <Button onClick={() => set(NO_FILTERS)}>{t('common.resetFilters')}</Button>
                </EmptyState>
              ) : (
                <EmptyState title={t('asset.none')} hint={t('asset.noneHint')} />
              )
            }
          />
        )}
      </div>
      <AssetDrawer open={create || id !== undefined} id={id} onClose={() => set({ id: undefined, inspect: undefined })} />
    </div>
  );
}

type Set = ReturnType<typeof useSearchState>[1];

function FilterFields({ filters, set }: { filters: AssetFilters; set: Set }) {
  const { t } = useTranslation();
  return (
    <>
      <ChooseWord
        group="objectType"
        codes={OBJECT_TYPES}
        label={t('field.object_type')}
        className="filter"
        value={filters.object_type ?? null}
        onChange={(v?: string) => set({ object_type: v })}
      />
      <ChooseSystem className="filter" value={filters.system_id ?? null} onChange={(v?: number) => set({ system_id: v?.toString() })} />
      <ChooseDepartment
        className="filter"
        value={filters.department_id ?? null}
        onChange={(v?: number) => set({ department_id: v?.toString() })}
      />
      <ChooseWord
        group="importance"
        codes={IMPORTANCE}
        label={t('field.importance')}
        className="filter small-filter"
        value={filters.importance ?? null}
        onChange={(v?: string) => set({ importance: v })}
      />
    </>
  );
}

function useChips(filters: AssetFilters, set: Set): Chip[] {
  const { t } = useTranslation();
  const word = useWord();
  const { data: systems } = useQuery({ ...systemsQuery(), enabled: filters.system_id !== undefined });
  const { data: departments } = useQuery({ ...departmentsQuery(), enabled: filters.department_id !== undefined });
  const chips: Chip[] = [];
  const add = (key: keyof AssetFilters, label: string, value: string) =>
    chips.push({ key, label, value, onRemove: () => set({ [key]: undefined }) });
  if (filters.object_type) add('object_type', t('field.object_type'), word('objectType', filters.object_type));
  if (filters.system_id !== undefined)
    add('system_id', t('field.system'), systems?.items.find((s) => s.id === filters.system_id)?.name ?? '…');
  if (filters.department_id !== undefined)
    add('department_id', t('field.department'), departments?.items.find((d) => d.id === filters.department_id)?.name ?? '…');
  if (filters.importance) add('importance', t('field.importance'), word('importance', filters.importance));
  return chips;
}

const sortOf = (text: string | undefined): GridSort => (text ? { key: text.replace(/^-/, ''), desc: text.startsWith('-') } : null);

function useColumns(): GridColumn<Asset>[] {
  const { t } = useTranslation();
  const pill = useWordPill();
  const word = useWord();
  return useMemo(
    () => [
      {
        key: 'code',
        title: t('field.code'),
        width: 112,
        fixed: true,
        sortable: true,
        render: (a) => <span className="code">{a.code}</span>,
      },
      {
        key: 'name',
        title: t('field.name'),
        width: 210,
        grow: true,
        fixed: true,
        sortable: true,
        render: (a) => (
          <span className="row">
            <Middle text={a.name} tail={8} />
            {a.local_host && <Pill tone="accent">{t('asset.local')}</Pill>}
          </span>
        ),
      },
      { key: 'object_type', title: t('field.object_type'), width: 124, sortable: true, render: (a) => word('objectType', a.object_type) },
      {
        key: 'importance',
        title: t('field.importance'),
        width: 118,
        sortable: true,
        render: (a) => pill('importance', a.importance),
      },
      {
        key: 'systems',
        title: t('field.system'),
        width: 150,
        render: (a) => <span title={a.system_names.join('、')}>{a.system_names.join('、') || '—'}</span>,
      },
      { key: 'address', title: t('field.address'), width: 124, render: (a) => <span className="num">{a.address ?? '—'}</span> },
      { key: 'model', title: t('field.model'), width: 150, render: (a) => a.model ?? '—' },
      {
        key: 'owner',
        title: t('field.owner'),
        width: 84,
        render: (a) => a.owner_name ?? <span className="sub">{t('common.unassigned')}</span>,
      },
      { key: 'department', title: t('field.department'), width: 100, render: (a) => a.department_name ?? '—' },
      { key: 'location', title: t('field.location'), width: 130, render: (a) => a.location ?? '—' },
      {
        key: 'last_inspected_at',
        title: t('field.last_inspected_at'),
        width: 140,
        sortable: true,
        render: (a) => <span className="num">{formatTime(a.last_inspected_at)}</span>,
      },
      { key: 'state', title: t('field.state'), width: 92, render: (a) => pill('record', a.state) },
    ],
    [pill, t, word],
  );
}
