import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseDepartment } from '@/features/shared/choices';
import { departmentsQuery, postsQuery } from '@/features/shared/lists';
import { ErrorState } from '@/features/shared/problems';
import { RecordDrawer } from '@/features/shared/RecordDrawer';
import { useMay } from '@/features/shared/session';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { Bones, EmptyState } from '@/ui/states';

type Post = Schemas['Post'];
type Values = Schemas['PostInput'];
const keyOf = (post: Post) => post.id;
const TOUCHES = ['posts', 'people'];

export function PostsTab() {
  const { t } = useTranslation();
  const may = useMay();
  const [open, setOpen] = useState<Post | 'new' | null>(null);
  const { data, error, isPending, refetch } = useQuery(postsQuery());
  const columns = useColumns();
  return (
    <>
      <div className="page-head">
        <span className="sub num">{data && t('common.total', { n: data.total })}</span>
        <span className="grow" />
        {may('records.write') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('people.addPost')}
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
            label={t('people.tab.posts')}
            columns={columns}
            count={data.items.length}
            rowAt={(i) => data.items[i]}
            rowKey={keyOf}
            openKey={open !== null && open !== 'new' ? open.id : undefined}
            onOpen={setOpen}
            empty={<EmptyState title={t('people.noPosts')} hint={t('people.noPostsHint')} />}
          />
        )}
      </div>
      <PostDrawer open={open !== null} post={open === 'new' || open === null ? undefined : open} onClose={() => setOpen(null)} />
    </>
  );
}

function useColumns(): GridColumn<Post>[] {
  const { t } = useTranslation();
  const { data: departments } = useQuery(departmentsQuery());
  return useMemo(() => {
    const names = new Map(departments?.items.map((d) => [d.id, d.name]));
    return [
      { key: 'name', title: t('field.name'), width: 200, fixed: true, render: (p) => p.name },
      { key: 'code', title: t('field.code'), width: 110, render: (p) => <span className="code">{p.code}</span> },
      {
        key: 'department',
        title: t('field.department'),
        width: 150,
        render: (p) => (p.department_id === null ? '—' : (names.get(p.department_id) ?? '…')),
      },
      { key: 'duty', title: t('field.duty'), width: 300, grow: true, render: (p) => <span title={p.duty ?? ''}>{p.duty ?? '—'}</span> },
      { key: 'people', title: t('field.people_count'), width: 90, align: 'end', render: (p) => p.people_count },
    ];
  }, [t, departments]);
}

function PostDrawer({ open, post, onClose }: { open: boolean; post: Post | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const required = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <RecordDrawer<Values>
      open={open}
      title={post?.name ?? t('people.addPost')}
      id={post?.id}
      values={post ? { code: post.code, name: post.name, department_id: post.department_id, duty: post.duty } : {}}
      save={(body) =>
        bodyOf(
          post ? client.PUT('/api/v1/posts/{id}', { params: { path: { id: post.id } }, body }) : client.POST('/api/v1/posts', { body }),
        )
      }
      remove={(id) => client.DELETE('/api/v1/posts/{id}', { params: { path: { id } } })}
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
      <Form.Item name="department_id" label={t('field.department')}>
        <ChooseDepartment />
      </Form.Item>
      <Form.Item name="duty" label={t('field.duty')}>
        <Input.TextArea rows={4} maxLength={1000} />
      </Form.Item>
    </RecordDrawer>
  );
}
