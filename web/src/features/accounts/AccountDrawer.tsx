import { Button, Checkbox, Drawer, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { PasswordField } from '@/features/shared/PasswordField';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useChange } from '@/features/shared/useChange';
import { WordPill } from '@/features/shared/WordPill';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { separated } from './roles';

type Account = Schemas['Account'];
/** Actions the server may allow on an account, with how each is shown. */
const ACTIONS = [
  { action: 'grant', danger: false },
  { action: 'unlock', danger: false },
  { action: 'reset-password', danger: false },
  { action: 'enable', danger: false },
  { action: 'disable', danger: true },
] as const;
type Action = (typeof ACTIONS)[number]['action'];
const BUSINESS = ['security_lead', 'engineer', 'liaison', 'director', 'assessor'] as const;
const ADMINISTRATORS = ['system_admin', 'security_admin', 'audit_admin'] as const;
type Values = { reason: string; roles?: Schemas['Role'][]; password?: string };

export function AccountDrawer({ account, onClose }: { account: Account | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      open={account !== undefined}
      onClose={onClose}
      size={460}
      mask={false}
      title={account ? `${account.display_name}（${account.username}）` : t('nav.accounts')}
    >
      {account && <Body account={account} />}
    </Drawer>
  );
}

function Body({ account }: { account: Account }) {
  const { t } = useTranslation();
  const word = useWord();
  const [action, setAction] = useState<Action | null>(null);
  const change = useChange((values: Values) => act(account, action ?? 'unlock', values), {
    touches: ['accounts'],
    done: t('common.saved'),
    onDone: () => setAction(null),
  });
  const allowed = ACTIONS.filter((a) => account.allowed_actions.includes(a.action));
  return (
    <>
      <dl className="facts">
        <div>
          <dt>{t('field.state')}</dt>
          <dd>
            <WordPill group="account" code={account.state} />
          </dd>
        </div>
        <div>
          <dt>{t('field.roles')}</dt>
          <dd>{account.roles.map((r) => word('role', r)).join('、') || <span className="sub">{t('account.noRoles')}</span>}</dd>
        </div>
        {account.locked_until && (
          <div>
            <dt>{t('account.lockedUntil')}</dt>
            <dd className="num late">{formatTime(account.locked_until)}</dd>
          </div>
        )}
        <div>
          <dt>{t('account.lastSignIn')}</dt>
          <dd className="num">{formatTime(account.last_sign_in_at)}</dd>
        </div>
        <div>
          <dt>{t('account.created')}</dt>
          <dd className="num">{formatTime(account.created_at)}</dd>
        </div>
      </dl>
      <p className="row wrap">
        {allowed.map(({ action: name, danger }) => (
          <Button
            key={name}
            className={danger ? 'danger-text' : ''}
            type={name === 'grant' ? 'primary' : 'default'}
            onClick={() => setAction(name)}
          >
            {t(`account.do.${name}`)}
          </Button>
        ))}
        {allowed.length === 0 && <span className="sub">{t('account.nothingAllowed')}</span>}
      </p>
      <ReasonDialog
        open={action !== null}
        title={action ? t(`account.do.${action}`) : ''}
        hint={action ? t(`account.hint.${action}`) : ''}
        danger={action === 'disable'}
        busy={change.isPending}
        initialValues={{ roles: account.roles }}
        onCancel={() => setAction(null)}
        onSubmit={(values: Values) => change.mutate(values)}
      >
        {action === 'grant' && <RoleFields />}
        {action === 'reset-password' && <PasswordField name="password" label={t('account.newPassword')} username={account.username} />}
      </ReasonDialog>
    </>
  );
}

function RoleFields() {
  const { t } = useTranslation();
  const word = useWord();
  const options = (roles: readonly string[]) => roles.map((r) => ({ value: r, label: word('role', r) }));
  return (
    <Form.Item
      name="roles"
      label={t('field.roles')}
      extra={t('account.separation')}
      rules={[
        {
          validator: (_, roles: Schemas['Role'][] = []) =>
            roles.length > 0 && separated(roles)
              ? Promise.resolve()
              : Promise.reject(new Error(t(roles.length > 0 ? 'account.notSeparated' : 'common.required'))),
        },
      ]}
    >
      <Checkbox.Group className="role-list" options={[...options(BUSINESS), ...options(ADMINISTRATORS)]} />
    </Form.Item>
  );
}

function act(account: Account, action: Action, { reason, roles = [], password = '' }: Values) {
  const params = { params: { path: { id: account.id } } };
  switch (action) {
    case 'grant':
      return bodyOf(client.PUT('/api/v1/accounts/{id}/roles', { ...params, body: { roles, reason } }));
    case 'reset-password':
      return bodyOf(client.POST('/api/v1/accounts/{id}/reset-password', { ...params, body: { password, reason } }));
    case 'unlock':
      return bodyOf(client.POST('/api/v1/accounts/{id}/unlock', { ...params, body: { reason } }));
    case 'enable':
      return bodyOf(client.POST('/api/v1/accounts/{id}/enable', { ...params, body: { reason } }));
    case 'disable':
      return bodyOf(client.POST('/api/v1/accounts/{id}/disable', { ...params, body: { reason } }));
  }
}
