import { CheckCircleFilled, MinusCircleOutlined } from '@ant-design/icons';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { keepsAll, MIN_LENGTH, type PasswordRule, passwordRules } from './passwordRules';
import './password.css';

type Props = { name: string | (string | number)[]; label: string; username: string };

/** A new password with the rules it keeps so far, shown while typing. */
export function PasswordField({ name, label, username }: Props) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const password = (Form.useWatch(name, form) as string | undefined) ?? '';
  const rules = passwordRules(password, username);
  return (
    <>
      <Form.Item
        name={name}
        label={label}
        rules={[
          {
            validator: (_, value: string) =>
              keepsAll(value ?? '', username) ? Promise.resolve() : Promise.reject(new Error(t('password.notYet'))),
          },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <ul className="password-rules" aria-label={t('password.rules')}>
        {(Object.entries(rules) as [PasswordRule, boolean][]).map(([rule, kept]) => (
          <li key={rule} className={kept ? 'kept' : ''}>
            {kept ? <CheckCircleFilled aria-label={t('password.kept')} /> : <MinusCircleOutlined aria-label={t('password.open')} />}
            {t(`password.rule.${rule}`, { n: MIN_LENGTH })}
          </li>
        ))}
      </ul>
    </>
  );
}
