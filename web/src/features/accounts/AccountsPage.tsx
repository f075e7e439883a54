import { PlusOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { ErrorState } from '@/features/shared/problems';
import { SearchBox } from '@/features/shared/SearchBox';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useShownOf } from '@/features/shared/useShownOf';
import { WordPill } from '@/features/shared/WordPill';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { AccountDrawer } from './AccountDrawer';
import { CreateDrawer } from './CreateDrawer';

type Account = Schemas['Account'];
const keyOf = (a: Account) => a.id;

export function AccountsPage() {
  const { t } = useTranslation();
  const shownOf = useShownOf();
  const may = useMay();
  const [search, set] = useSearchState();
  const [creating, setCreating] = useState(false);
  const { data, error, isPending, refetch } = api.useQuery('get', '/api/v1/accounts');
  const q = (search.q ?? '').toLowerCase();
  const rows = useMemo(
    () => (data?.items ?? []).filter((a) => !q || `${a.username} ${a.display_name}`.toLowerCase().includes(q)),
    [data, q],
  );
  const waiting = data?.items.filter((a) => a.state === 'inactive').length ?? 0;
  const columns = useColumns();
  const open = data?.items.find((a) => a.id === numberOf(search.id));
  return (
    <div className="page">
      <PageHead title={t('nav.accounts')} note={data && shownOf(rows.length, data.total)}>
        <SearchBox value={search.q ?? ''} onSearch={(v) => set({ q: v || undefined })} />
        {may('account.manage') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
            {t('account.create')}
          </Button>
        )}
      </PageHead>
      <Alert
        className="page-note"
        type="info"
        showIcon
        title={t(may('account.authorise') ? 'account.noteAuthorise' : 'account.noteManage', { n: waiting })}
      />
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={10} />
        ) : (
          <DataGrid
            label={t('nav.accounts')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={keyOf}
            openKey={open?.id}
            onOpen={(a) => set({ id: String(a.id) })}
            empty={<EmptyState title={t('common.nothingFound')} hint={t('common.nothingFoundHint')} />}
          />
        )}
      </div>
      <CreateDrawer open={creating} onClose={() => setCreating(false)} />
      <AccountDrawer account={open} onClose={() => set({ id: undefined })} />
    </div>
  );
}

function useColumns(): GridColumn<Account>[] {
  const { t } = useTranslation();
  const word = useWord();
  return useMemo(
    () => [
      { key: 'username', title: t('field.username'), width: 150, fixed: true, render: (a) => <span className="code">{a.username}</span> },
      { key: 'name', title: t('field.display_name'), width: 150, render: (a) => a.display_name },
      {
        key: 'roles',
        title: t('field.roles'),
        width: 240,
        grow: true,
        render: (a) => a.roles.map((r) => word('role', r)).join('、') || <span className="sub">{t('account.noRoles')}</span>,
      },
      {
        key: 'state',
        title: t('field.state'),
        width: 150,
        render: (a) => (
          <span className="row">
            <WordPill group="account" code={a.state} />
            {a.locked_until && <Pill tone="warn">{t('account.locked')}</Pill>}
          </span>
        ),
      },
      {
        key: 'last',
        title: t('account.lastSignIn'),
        width: 150,
        render: (a) => <span className="num">{formatTime(a.last_sign_in_at)}</span>,
      },
      { key: 'created', title: t('account.created'), width: 150, render: (a) => <span className="num">{formatTime(a.created_at)}</span> },
    ],
    [t, word],
  );
}
