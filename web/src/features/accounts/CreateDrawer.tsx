import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { PasswordField } from '@/features/shared/PasswordField';
import { useChange } from '@/features/shared/useChange';

type Values = Schemas['AccountInput'];

/** The system administrator creates an account; it sleeps until the security administrator gives it a role. */
export function CreateDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const username = (Form.useWatch('username', form) as string | undefined) ?? '';
  const create = useChange((body: Values) => bodyOf(client.POST('/api/v1/accounts', { body })), {
    touches: ['accounts'],
    done: t('account.createdDone'),
    onDone: onClose,
  });
  return (
    <FormDrawer<Values>
      open={open}
      title={t('account.create')}
      form={form}
      recordKey="new"
      values={{}}
      busy={create.isPending}
      error={create.error}
      onClose={onClose}
      onSubmit={({ username: name, display_name, password }) => create.mutate({ username: name, display_name, password })}
      before={<p className="sub">{t('account.createHint')}</p>}
    >
      <Form.Item
        name="username"
        label={t('field.username')}
        rules={[{ required: true, pattern: /^[a-z][a-z0-9._-]{2,31}$/, message: t('setup.usernameRule') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="display_name"
        label={t('field.display_name')}
        rules={[{ required: true, whitespace: true, message: t('common.required') }]}
      >
        <Input autoComplete="off" maxLength={40} />
      </Form.Item>
      <PasswordField name="password" label={t('account.firstPassword')} username={username} />
    </FormDrawer>
  );
}
