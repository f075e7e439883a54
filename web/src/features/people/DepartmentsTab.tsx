import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseDepartment, ChoosePerson } from '@/features/shared/choices';
import { TransferButtons } from '@/features/shared/imports/TransferButtons';
import { Link } from '@/features/shared/Link';
import { departmentsQuery, peopleQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { RecordDrawer } from '@/features/shared/RecordDrawer';
import { useMay } from '@/features/shared/session';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Bones, EmptyState } from '@/ui/states';
import { treeOf } from './tree';

type Department = Schemas['Department'];
type Values = Schemas['DepartmentInput'];
type Row = { node: Department; depth: number };
const keyOf = (row: Row) => row.node.id;
const TOUCHES = ['departments', 'people'];

export function DepartmentsTab() {
  const { t } = useTranslation();
  const may = useMay();
  const [open, setOpen] = useState<Department | 'new' | null>(null);
  const { data, error, isPending, refetch } = useQuery(departmentsQuery());
  const rows = useMemo(() => treeOf(data?.items ?? []), [data]);
  const columns = useColumns();
  return (
    <>
      <div className="page-head">
        <span className="sub num">{data && t('common.total', { n: data.total })}</span>
        <span className="grow" />
        <TransferButtons kind="departments" />
        {may('records.write') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('people.addDepartment')}
          </Button>
        )}
      </div>
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={10} />
        ) : (
          <DataGrid
            label={t('people.tab.departments')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={keyOf}
            openKey={open !== null && open !== 'new' ? open.id : undefined}
            onOpen={(row) => setOpen(row.node)}
            empty={<EmptyState title={t('people.noDepartments')} hint={t('people.noneHint')} />}
          />
        )}
      </div>
      <DepartmentDrawer
        open={open !== null}
        department={open === 'new' || open === null ? undefined : open}
        onClose={() => setOpen(null)}
      />
    </>
  );
}

function useColumns(): GridColumn<Row>[] {
  const { t } = useTranslation();
  const { data: people } = useQuery(peopleQuery());
  return useMemo(() => {
    const names = new Map(people?.items.map((p) => [p.id, p.name]));
    return [
      {
        key: 'name',
        title: t('field.name'),
        width: 260,
        grow: true,
        fixed: true,
        render: ({ node, depth }) => <span style={{ paddingInlineStart: depth * 20 }}>{node.name}</span>,
      },
      { key: 'code', title: t('field.code'), width: 120, render: ({ node }) => <span className="code">{node.code}</span> },
      {
        key: 'head',
        title: t('field.head_id'),
        width: 140,
        render: ({ node }) =>
          node.head_id === null ? <span className="sub">{t('common.unassigned')}</span> : (names.get(node.head_id) ?? '…'),
      },
      {
        key: 'people',
        title: t('field.people_count'),
        width: 100,
        align: 'end',
        render: ({ node }) => <Link href={paths.people({ department_id: node.id })}>{node.people_count}</Link>,
      },
    ];
  }, [t, people]);
}

function DepartmentDrawer({ open, department, onClose }: { open: boolean; department: Department | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const required = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <RecordDrawer<Values>
      open={open}
      title={department?.name ?? t('people.addDepartment')}
      id={department?.id}
      values={
        department ? { code: department.code, name: department.name, parent_id: department.parent_id, head_id: department.head_id } : {}
      }
      save={(body) =>
        bodyOf(
          department
            ? client.PUT('/api/v1/departments/{id}', { params: { path: { id: department.id } }, body })
            : client.POST('/api/v1/departments', { body }),
        )
      }
      remove={(id) => client.DELETE('/api/v1/departments/{id}', { params: { path: { id } } })}
      removeAsk={t('people.deleteAsk')}
      touches={TOUCHES}
      onClose={onClose}
    >
      <Form.Item name="code" label={t('field.code')} rules={required}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="name" label={t('field.name')} rules={required}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="parent_id" label={t('field.parent_id')}>
        <ChooseDepartment />
      </Form.Item>
      <Form.Item name="head_id" label={t('field.head_id')}>
        <ChoosePerson />
      </Form.Item>
    </RecordDrawer>
  );
}
