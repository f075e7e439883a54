import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, rememberCsrf, type Schemas } from '@/api/client';
import { useGo } from '@/features/shared/Link';
import { type Href, paths } from '@/features/shared/paths';
import { ProblemAlert } from '@/features/shared/problems';
import { useSearchState } from '@/features/shared/search';
import { sessionQuery } from '@/features/shared/session';
import { EntryFrame } from './EntryFrame';

/** Only an address of this page is followed after sign-in, never another host's. */
export const safeNext = (next: string | undefined): Href => (next && /^\/(?![/\\])/.test(next) ? (next as Href) : paths.overview());

export function SignInPage() {
  const { t } = useTranslation();
  const go = useGo();
  const queries = useQueryClient();
  const [search] = useSearchState();
  const signIn = useMutation({
    mutationFn: (body: Schemas['SignIn']) => bodyOf(client.POST('/api/v1/session', { body })),
    onSuccess: (session) => {
      rememberCsrf(session.csrf);
      queries.setQueryData(sessionQuery.queryKey, session);
      go(session.account.must_change_password ? paths.password() : safeNext(search.next), true);
    },
  });
  const required = [{ required: true, message: t('common.required') }];
  return (
    <EntryFrame>
      <Form
        className="entry-form"
        layout="vertical"
        size="large"
        requiredMark={false}
        onFinish={(v: Schemas['SignIn']) => signIn.mutate(v)}
      >
        <h1>{t('signIn.title')}</h1>
        <p className="sub">{t('signIn.hint')}</p>
        <ProblemAlert error={signIn.error} />
        <Form.Item name="username" label={t('field.username')} rules={required}>
          <Input prefix={<UserOutlined aria-hidden />} autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item name="password" label={t('field.password')} rules={required}>
          <Input.Password prefix={<LockOutlined aria-hidden />} autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
        <p className="entry-note">{t('signIn.notice')}</p>
      </Form>
    </EntryFrame>
  );
}
