import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { client, type Schemas } from '@/api/client';
import { useGo } from '@/features/shared/Link';
import { PasswordField } from '@/features/shared/PasswordField';
import { paths } from '@/features/shared/paths';
import { ProblemAlert } from '@/features/shared/problems';
import { sessionQuery, useSession } from '@/features/shared/session';
import { EntryFrame } from './EntryFrame';

type Values = Schemas['PasswordChange'] & { again: string };

/** Changing the own password; a password someone else set must be changed before anything else. */
export function PasswordPage() {
  const { t } = useTranslation();
  const go = useGo();
  const queries = useQueryClient();
  const { account } = useSession();
  const change = useMutation({
    mutationFn: ({ current, next }: Values) => client.POST('/api/v1/session/password', { body: { current, next } }),
    onSuccess: async () => {
      await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
      go(paths.overview(), true);
    },
  });
  return (
    <EntryFrame>
      <Form className="entry-form" layout="vertical" requiredMark={false} onFinish={(v: Values) => change.mutate(v)}>
        <h1>{t('password.title')}</h1>
        <p className="sub">{account.display_name}</p>
        {account.must_change_password && <Alert type="warning" showIcon title={t('password.must')} />}
        <ProblemAlert error={change.error} />
        <Form.Item name="current" label={t('password.current')} rules={[{ required: true, message: t('common.required') }]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <PasswordField name="next" label={t('password.next')} username={account.username} />
        <Form.Item
          name="again"
          label={t('password.again')}
          dependencies={['next']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, value: string) =>
                value && value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('password.differs'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block size="large" loading={change.isPending}>
          {t('password.submit')}
        </Button>
        {!account.must_change_password && (
          <Button type="text" block onClick={() => go(paths.overview())}>
            {t('common.cancel')}
          </Button>
        )}
      </Form>
    </EntryFrame>
  );
}
