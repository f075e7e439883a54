import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { gradeText } from '@/features/shared/domain';
import { TransferButtons } from '@/features/shared/imports/TransferButtons';
import { useGo } from '@/features/shared/Link';
import { systemsQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { figureOf, useHazardText } from '@/features/shared/ResultFigure';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useShownOf } from '@/features/shared/useShownOf';
import { WordPill } from '@/features/shared/WordPill';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Middle } from '@/ui/Middle';
import { PageHead } from '@/ui/PageHead';
import { Bones, EmptyState } from '@/ui/states';
import { SystemDrawer } from './SystemDrawer';

type System = Schemas['System'];
const keyOf = (s: System) => s.id;

export function SystemsPage() {
  const { t } = useTranslation();
  const shownOf = useShownOf();
  const may = useMay();
  const go = useGo();
  const [search, set] = useSearchState();
  const { data, error, isPending, refetch } = useQuery(systemsQuery());
  const q = (search.q ?? '').toLowerCase();
  const rows = useMemo(
    () =>
      (data?.items ?? []).filter(
        (s) =>
          !q || `${s.code} ${s.name} ${s.filing_number ?? ''} ${s.owner_name ?? ''} ${s.department_name ?? ''}`.toLowerCase().includes(q),
      ),
    [data, q],
  );
  const columns = useColumns();
  const create = search.id === 'new';
  const open = data?.items.find((s) => s.id === numberOf(search.id));
  return (
    <div className="page">
      <PageHead title={t('nav.systems')} note={data && shownOf(rows.length, data.total)}>
        <SearchBox value={search.q ?? ''} onSearch={(text) => set({ q: text || undefined })} />
        <TransferButtons kind="systems" />
        {may('records.write') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => set({ id: 'new' })}>
            {t('system.add')}
          </Button>
        )}
      </PageHead>
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={10} />
        ) : (
          <DataGrid
            label={t('nav.systems')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={keyOf}
            openKey={open?.id}
            onOpen={(s) => set({ id: String(s.id) })}
            empty={
              q ? (
                <EmptyState title={t('common.nothingFound')} hint={t('common.nothingFoundHint')}>
                  <Button onClick={() => go(paths.systems(), true)}>{t('common.resetFilters')}</Button>
                </EmptyState>
              ) : (
                <EmptyState title={t('system.none')} hint={t('system.noneHint')} />
              )
            }
          />
        )}
      </div>
      <SystemDrawer open={create || open !== undefined} system={create ? undefined : open} onClose={() => set({ id: undefined })} />
    </div>
  );
}

function useColumns(): GridColumn<System>[] {
  const { t } = useTranslation();
  const hazards = useHazardText();
  return useMemo(
    () => [
      { key: 'code', title: t('field.code'), width: 96, fixed: true, render: (s) => <span className="code">{s.code}</span> },
      { key: 'name', title: t('field.name'), width: 190, grow: true, fixed: true, render: (s) => <Middle text={s.name} /> },
      {
        key: 'grade',
        title: t('field.grade'),
        width: 110,
        render: (s) => <span className="num">{`${t('system.level', { n: s.level })} ${gradeText(s.grade)}`}</span>,
      },
      { key: 'filing', title: t('field.filing_number'), width: 170, render: (s) => <span className="num">{s.filing_number ?? '—'}</span> },
      {
        key: 'conclusion',
        title: t('result.conclusion'),
        width: 106,
        wide: 154,
        render: (s) => (s.result ? <WordPill group="conclusion" code={s.result.conclusion} /> : '—'),
      },
      { key: 'figure', title: t('result.figure'), width: 84, align: 'end', render: (s) => (s.result ? figureOf(s.result) : '—') },
      {
        key: 'hazards',
        title: t('result.hazardsTitle'),
        width: 130,
        render: (s) => (s.result ? hazards(s.result.hazards_found, s.result.hazards_resolved) : '—'),
      },
      { key: 'assets', title: t('field.asset_count'), width: 72, align: 'end', render: (s) => s.asset_count },
      {
        key: 'owner',
        title: t('field.owner'),
        width: 86,
        render: (s) => s.owner_name ?? <span className="sub">{t('common.unassigned')}</span>,
      },
      { key: 'department', title: t('field.department'), width: 110, render: (s) => s.department_name ?? '—' },
      { key: 'state', title: t('field.state'), width: 92, render: (s) => <WordPill group="record" code={s.state} /> },
    ],
    [t, hazards],
  );
}
