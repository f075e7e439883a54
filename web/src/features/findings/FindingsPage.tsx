import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ChooseSystem, ChooseWord } from '@/features/shared/choices';
import { DOMAINS, FINDING_STATES, SEVERITIES } from '@/features/shared/domain';
import { systemsQuery } from '@/features/shared/lists';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState, wordsOf } from '@/features/shared/search';
import { usePagedRows } from '@/features/shared/usePagedRows';
import { useWordPill } from '@/features/shared/WordPill';
import { formatDay } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { type Chip, Chips } from '@/ui/Chips';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { FindingDrawer } from './FindingDrawer';
import { type FindingFilters, findingFilters } from './filters';

type Finding = Schemas['Finding'];
const keyOf = (f: Finding) => f.id;
const NO_FILTERS = { q: undefined, system_id: undefined, state: undefined, severity: undefined, domain: undefined };

export function FindingsPage() {
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const filters = findingFilters(search);
  const rows = usePagedRows<Finding>(
    (offset, limit) => api.queryOptions('get', '/api/v1/findings', { params: { query: { ...filters, offset, limit } } }) as never,
  );
  const columns = useColumns();
  const chips = useChips(filters, set);
  const id = numberOf(search.id);
  const filtered = chips.length > 0 || Boolean(search.q);
  return (
    <div className="page">
      <PageHead title={t('nav.findings')} note={!rows.loading && t('common.total', { n: rows.count })} />
      <div className="filters">
        <SearchBox value={search.q ?? ''} onSearch={(q) => set({ q: q || undefined })} placeholder={t('finding.search')} />
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
            label={t('nav.findings')}
            columns={columns}
            count={rows.count}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            rowKey={keyOf}
            openKey={id}
            onOpen={(f) => set({ id: String(f.id) })}
            empty={
              <EmptyState
                title={t(filtered ? 'common.nothingFound' : 'finding.none')}
                hint={t(filtered ? 'common.nothingFoundHint' : 'finding.noneHint')}
              >
                {filtered && <Button onClick={() => set(NO_FILTERS)}>{t('common.resetFilters')}</Button>}
              </EmptyState>
            }
          />
        )}
      </div>
      <FindingDrawer id={id} onClose={() => set({ id: undefined })} />
    </div>
  );
}

type Set = ReturnType<typeof useSearchState>[1];

function FilterFields({ filters, set }: { filters: FindingFilters; set: Set }) {
  const { t } = useTranslation();
  return (
    <>
      <ChooseSystem
        className="filter wide-filter"
        value={filters.system_id ?? null}
        onChange={(v?: number) => set({ system_id: v?.toString() })}
      />
      <ChooseWord
        group="severity"
        codes={SEVERITIES}
        label={t('field.severity')}
        className="filter"
        mode="multiple"
        maxTagCount="responsive"
        value={wordsOf(filters.severity)}
        onChange={(v: string[]) => set({ severity: v.join(',') || undefined })}
      />
      <ChooseWord
        group="findingState"
        codes={FINDING_STATES}
        label={t('field.state')}
        className="filter wide-filter"
        mode="multiple"
        maxTagCount="responsive"
        value={wordsOf(filters.state)}
        onChange={(v: string[]) => set({ state: v.join(',') || undefined })}
      />
      <ChooseWord
        group="domain"
        codes={DOMAINS}
        label={t('field.domain')}
        className="filter wide-filter"
        value={filters.domain ?? null}
        onChange={(v?: string) => set({ domain: v })}
      />
    </>
  );
}

function useChips(filters: FindingFilters, set: Set): Chip[] {
  const { t } = useTranslation();
  const word = useWord();
  const { data: systems } = useQuery({ ...systemsQuery(), enabled: filters.system_id !== undefined });
  const chips: Chip[] = [];
  const add = (key: keyof FindingFilters, label: string, value: string) =>
    chips.push({ key, label, value, onRemove: () => set({ [key]: undefined }) });
  const words = (group: 'severity' | 'findingState', value: string) =>
    wordsOf(value)
      .map((w) => word(group, w))
      .join('、');
  if (filters.system_id !== undefined)
    add('system_id', t('field.system'), systems?.items.find((s) => s.id === filters.system_id)?.name ?? '…');
  if (filters.severity) add('severity', t('field.severity'), words('severity', filters.severity));
  if (filters.state) add('state', t('field.state'), words('findingState', filters.state));
  if (filters.domain) add('domain', t('field.domain'), word('domain', filters.domain));
  return chips;
}

/** Titles begin with the verdict, which has a column of its own. */
const withoutVerdict = (title: string) => title.replace(/^[^：:]{1,20}[：:]\s*/, '');

function useColumns(): GridColumn<Finding>[] {
  const { t } = useTranslation();
  const pill = useWordPill();
  const text = useText();
  const word = useWord();
  return useMemo(
    () => [
      {
        key: 'requirement',
        title: t('field.requirement'),
        width: 108,
        fixed: true,
        render: (f) => <span className="code">{f.requirement}</span>,
      },
      { key: 'severity', title: t('field.severity'), width: 74, wide: 86, render: (f) => pill('severity', f.severity) },
      {
        key: 'title',
        title: t('finding.title'),
        width: 250,
        grow: true,
        render: (f) => (
          <span className="row">
            <span className="ellipsis" title={text(f.title)}>
              {withoutVerdict(text(f.title))}
            </span>
            {f.major_hazard && <Pill tone="bad">{t('finding.hazard')}</Pill>}
          </span>
        ),
      },
      { key: 'control', title: t('field.control'), width: 116, wide: 150, render: (f) => text(f.control) },
      { key: 'system', title: t('field.system'), width: 132, render: (f) => f.system_name },
      { key: 'verdict', title: t('field.verdict'), width: 86, wide: 126, render: (f) => word('verdict', f.verdict) },
      { key: 'objects', title: t('finding.objects'), width: 66, wide: 74, align: 'end', render: (f) => f.objects.length },
      { key: 'state', title: t('field.state'), width: 112, render: (f) => pill('finding', f.state) },
      { key: 'first', title: t('finding.firstSeen'), width: 104, render: (f) => <span className="num">{formatDay(f.first_seen_at)}</span> },
    ],
    [pill, t, text, word],
  );
}
