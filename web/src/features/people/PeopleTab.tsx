import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ChooseDepartment } from '@/features/shared/choices';
import { TransferButtons } from '@/features/shared/imports/TransferButtons';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { usePagedRows } from '@/features/shared/usePagedRows';
import { useWordPill } from '@/features/shared/WordPill';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Bones, EmptyState } from '@/ui/states';
import { PersonDrawer } from './PersonDrawer';

type Person = Schemas['Person'];
const keyOf = (p: Person) => p.id;

export function PeopleTab() {
  const { t } = useTranslation();
  const may = useMay();
  const [search, set] = useSearchState();
  const [open, setOpen] = useState<Person | 'new' | null>(null);
  const department = numberOf(search.department_id);
  const query = { ...(search.q ? { q: search.q } : {}), ...(department !== undefined ? { department_id: department } : {}) };
  const rows = usePagedRows<Person>(
    (offset, limit) => api.queryOptions('get', '/api/v1/people', { params: { query: { ...query, offset, limit } } }) as never,
  );
  const columns = useColumns();
  return (
    <>
      <div className="page-head">
        <span className="sub num" aria-live="polite">
          {!rows.loading && t('common.total', { n: rows.count })}
        </span>
        <span className="grow" />
        <SearchBox value={search.q ?? ''} onSearch={(q) => set({ q: q || undefined })} placeholder={t('people.search')} />
        <ChooseDepartment className="filter" value={department ?? null} onChange={(v?: number) => set({ department_id: v?.toString() })} />
        <TransferButtons kind="people" />
        {may('records.write') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('people.add')}
          </Button>
        )}
      </div>
      <div className="card fill">
        {rows.error ? (
          <ErrorState error={rows.error} onRetry={rows.retry} />
        ) : rows.loading ? (
          <Bones lines={12} />
        ) : (
          <DataGrid
            label={t('people.tab.people')}
            columns={columns}
            count={rows.count}
            rowAt={rows.rowAt}
            onRange={rows.onRange}
            rowKey={keyOf}
            openKey={open !== null && open !== 'new' ? open.id : undefined}
            onOpen={setOpen}
            empty={<EmptyState title={t('people.none')} hint={t('people.noneHint')} />}
          />
        )}
      </div>
      <PersonDrawer open={open !== null} person={open === 'new' || open === null ? undefined : open} onClose={() => setOpen(null)} />
    </>
  );
}

function useColumns(): GridColumn<Person>[] {
  const { t } = useTranslation();
  const pill = useWordPill();
  return useMemo(
    () => [
      { key: 'code', title: t('field.code'), width: 110, fixed: true, render: (p) => <span className="code">{p.code}</span> },
      { key: 'name', title: t('field.person_name'), width: 120, fixed: true, render: (p) => p.name },
      { key: 'department', title: t('field.department'), width: 150, grow: true, render: (p) => p.department_name ?? '—' },
      { key: 'post', title: t('field.post'), width: 150, grow: true, render: (p) => p.post_name ?? '—' },
      { key: 'phone', title: t('field.phone'), width: 130, render: (p) => <span className="num">{p.phone ?? '—'}</span> },
      { key: 'email', title: t('field.email'), width: 200, grow: true, render: (p) => p.email ?? '—' },
      { key: 'state', title: t('field.state'), width: 96, render: (p) => pill('record', p.state) },
    ],
    [pill, t],
  );
}
