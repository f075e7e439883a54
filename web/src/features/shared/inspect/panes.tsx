import { Button, Form, Input, InputNumber } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { isHost } from './ways';

/** What every way is told: the asset, and how to close the dialog. */
export type PaneProps = { asset: Schemas['Asset']; onClose: () => void };

/** Address and port, as every live way asks for them. */
export function HostAndPort({ prefix = [], label, port }: { prefix?: string[]; label?: string; port: number }) {
  const { t } = useTranslation();
  return (
    <div className="form-pair wide-first">
      <Form.Item
        name={[...prefix, 'host']}
        label={label ?? t('inspect.host')}
        rules={[
          {
            validator: (_, value?: string) => (isHost(value ?? '') ? Promise.resolve() : Promise.reject(new Error(t('inspect.hostRule')))),
          },
        ]}
      >
        <Input className="mono" autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name={[...prefix, 'port']} label={t('inspect.port')}>
        <InputNumber className="choose" min={1} max={65535} precision={0} placeholder={String(port)} controls={false} />
      </Form.Item>
    </div>
  );
}

/** A password that no browser offers to keep. */
export function SecretField({ name, label, required = false }: { name: string | string[]; label: string; required?: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label} rules={required ? [{ required: true, message: t('common.required') }] : []}>
      <Input.Password autoComplete="new-password" />
    </Form.Item>
  );
}

/** The end of every way: what is going on, how to stop it, and the button that begins. */
export function PaneFoot({
  busy,
  onStop,
  onClose,
  submit,
  leave,
  disabled = false,
  note,
}: {
  busy: boolean;
  onStop: () => void;
  onClose: () => void;
  submit?: string;
  leave?: string;
  disabled?: boolean;
  note?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className="pane-foot">
      <span className="sub small grow" aria-live="polite">
        {busy ? t('inspect.running') : note}
      </span>
      <Button disabled={false} onClick={busy ? onStop : onClose}>
        {busy ? t('inspect.stop') : (leave ?? t('common.cancel'))}
      </Button>
      <Button type="primary" htmlType="submit" loading={busy} disabled={disabled}>
        {submit ?? t('inspect.start')}
      </Button>
    </div>
  );
}

/** Values without the blanks, as the interface wants what is left out. */
export function filled<V extends object>(values: V): V {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .map(([key, value]) => [key, typeof value === 'object' && !Array.isArray(value) ? filled(value) : value]),
  ) as V;
}
