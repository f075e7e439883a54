import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Steps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, type Schemas } from '@/api/client';
import { useGo } from '@/features/shared/Link';
import { PasswordField } from '@/features/shared/PasswordField';
import { paths } from '@/features/shared/paths';
import { ProblemAlert } from '@/features/shared/problems';
import { useWord } from '@/i18n/words';
import { Logo } from '@/ui/Logo';
import { PreferencesBar } from '@/ui/PreferencesBar';
import { EmptyState } from '@/ui/states';
import './setup.css';

const ROLES = ['system_admin', 'security_admin', 'audit_admin'] as const;
const NAMES = { system_admin: 'sysadmin', security_admin: 'secadmin', audit_admin: 'auditadmin' } as const;
type Administrator = { username: string; display_name: string; password: string; again: string };
type Values = { organisation: { name: string }; administrators: Administrator[] };

/** First start: the hospital, then three separate administrators. No account may do everything. */
export function SetupPage() {
  const { t } = useTranslation();
  const word = useWord();
  const go = useGo();
  const [form] = Form.useForm<Values>();
  const [step, setStep] = useState(0);
  const setUp = useMutation({
    mutationFn: (body: Schemas['Setup']) => client.POST('/api/v1/setup', { body }),
    onSuccess: () => setStep(ROLES.length + 1),
  });
  const fields =
    step === 0 ? [['organisation', 'name']] : ['username', 'display_name', 'password', 'again'].map((f) => ['administrators', step - 1, f]);
  const next = async () => {
    try {
      await form.validateFields(fields as never);
    } catch {
      return;
    }
    if (step < ROLES.length) setStep(step + 1);
    else {
      const values = form.getFieldsValue(true) as Values;
      setUp.mutate({
        organisation: { name: values.organisation.name.trim() },
        administrators: ROLES.map((role, i) => {
          const { username, display_name, password } = values.administrators[i] as Administrator;
          return { role, username: username.trim(), display_name: display_name.trim(), password };
        }),
      });
    }
  };
  const finished = step > ROLES.length;
  return (
    <div className="setup">
      <header className="row">
        <Logo size={30} />
        <b className="setup-name">{t('app.name')}</b>
        <span className="sub">{t('setup.title')}</span>
        <span className="grow" />
        <PreferencesBar />
      </header>
      <main className="card setup-card">
        <h1>{t('setup.heading')}</h1>
        <Steps
          size="small"
          current={step}
          items={[
            { title: t('setup.organisation') },
            ...ROLES.map((role) => ({ title: word('role', role) })),
            { title: t('setup.finished') },
          ]}
        />
        {finished ? (
          <EmptyState title={t('setup.done')} hint={t('setup.doneHint')}>
            <Button type="primary" size="large" onClick={() => go(paths.signIn(), true)}>
              {t('setup.toSignIn')}
            </Button>
          </EmptyState>
        ) : (
          <Form
            form={form}
            layout="vertical"
            requiredMark={false}
            initialValues={{ administrators: ROLES.map((role) => ({ username: NAMES[role], display_name: word('role', role) })) }}
            onFinish={() => void next()}
          >
            <ProblemAlert error={setUp.error} />
            {step === 0 ? (
              <Form.Item
                name={['organisation', 'name']}
                label={t('setup.hospital')}
                extra={t('setup.hospitalHint')}
                rules={[{ required: true, whitespace: true, message: t('common.required') }]}
              >
                <Input size="large" maxLength={100} autoFocus />
              </Form.Item>
            ) : (
              <AdministratorFields key={step} index={step - 1} role={ROLES[step - 1] ?? 'system_admin'} />
            )}
            <div className="row end">
              {step > 0 && <Button onClick={() => setStep(step - 1)}>{t('common.back')}</Button>}
              <Button type="primary" htmlType="submit" loading={setUp.isPending}>
                {step === ROLES.length ? t('setup.create') : t('common.next')}
              </Button>
            </div>
          </Form>
        )}
      </main>
    </div>
  );
}

function AdministratorFields({ index, role }: { index: number; role: (typeof ROLES)[number] }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const username = (Form.useWatch(['administrators', index, 'username'], form) as string | undefined) ?? '';
  const at = (field: keyof Administrator) => ['administrators', index, field];
  const unique = (value: string) =>
    ((form.getFieldValue('administrators') ?? []) as Partial<Administrator>[]).every(
      (other, i) => i === index || other?.username?.trim() !== value.trim(),
    );
  return (
    <>
      <p className="setup-duty">{t(`setup.duty.${role}`)}</p>
      <div className="setup-pair">
        <Form.Item
          name={at('username')}
          label={t('field.username')}
          rules={[
            { required: true, pattern: /^[a-z][a-z0-9._-]{2,31}$/, message: t('setup.usernameRule') },
            {
              validator: (_, value: string) =>
                unique(value ?? '') ? Promise.resolve() : Promise.reject(new Error(t('setup.usernameTaken'))),
            },
          ]}
        >
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item
          name={at('display_name')}
          label={t('setup.holder')}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input autoComplete="off" maxLength={40} />
        </Form.Item>
      </div>
      <PasswordField name={at('password')} label={t('field.password')} username={username} />
      <Form.Item
        name={at('again')}
        label={t('password.again')}
        dependencies={[at('password')]}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value: string) =>
              value && value === getFieldValue(at('password')) ? Promise.resolve() : Promise.reject(new Error(t('password.differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
