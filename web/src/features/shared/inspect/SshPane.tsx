import { Checkbox, Form, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { KeyChanged, KeyToCompare } from './HostKeyQuestion';
import { HostKeys } from './HostKeys';
import { changedKey, shownKey } from './hostKeys';
import { PrivateKeyField } from './PrivateKeyField';
import { filled, HostAndPort, PaneFoot, type PaneProps, SecretField } from './panes';
import { TargetProblem } from './TargetProblem';
import { useInspect } from './useInspect';
import { hostOf, placeOf } from './ways';

const SSH_PORT = 22;
type Sudo = 'none' | 'free' | 'asked';
type By = 'password' | 'key';
type Account = { host: string; port?: number; username: string; by: By; password?: string; private_key?: string; passphrase?: string };
type Values = Account & { sudo: Sudo; sudo_password?: string; throughJump: boolean; jump?: Account };

/** What the interface takes of an account: only the secret of the way that was chosen. */
function accountOf({ by, password, private_key, passphrase, ...rest }: Account) {
  return filled({ ...rest, ...(by === 'key' ? { private_key, passphrase } : { password }) });
}

/** A Linux host over SSH: its key is compared before any credential is sent. */
export function SshPane({ asset, onClose }: PaneProps) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  // Keys that were compared here, by place, until the server keeps them with the asset.
  const [compared, setCompared] = useState<Record<string, string>>({});
  const inspect = useInspect<Schemas['SshInput']>(
    (body, signal) => bodyOf(client.POST('/api/v1/assets/{id}/inspections/ssh', { params: { path: { id: asset.id } }, body, signal })),
    onClose,
  );
  const shown = shownKey(inspect.error);
  const changed = changedKey(inspect.error);
  const isAsked = shown !== null || changed !== null;
  const send = (keys: Record<string, string>) => {
    const { sudo, sudo_password, throughJump, jump, ...target } = form.getFieldsValue(true) as Values;
    const withKey = (account: Account) => {
      const key = keys[placeOf(account.host, account.port ?? SSH_PORT)];
      return { ...accountOf(account), ...(key ? { host_key: key } : {}) };
    };
    const body = {
      ...withKey(target),
      sudo: sudo !== 'none',
      ...(sudo === 'asked' && sudo_password ? { sudo_password } : {}),
      ...(throughJump && jump ? { jump: withKey(jump) } : {}),
    } as Schemas['SshInput'];
    inspect.mutate(body, {
      onError: (error) => {
        // The same secrets go on once the key is compared; after any other refusal they are entered anew.
        if (!shownKey(error)) forgetSecrets();
      },
    });
  };
  const forgetSecrets = () => {
    const blank = { password: undefined, private_key: undefined, passphrase: undefined };
    const values = form.getFieldsValue(true) as Values;
    form.setFieldsValue({ ...blank, sudo_password: undefined, ...(values.jump ? { jump: { ...values.jump, ...blank } } : {}) } as never);
  };
  const confirm = () => {
    if (!shown) return send(compared);
    const values = form.getFieldsValue(true) as Values;
    const at = shown.hop === 'jump' ? values.jump : values;
    const keys = at ? { ...compared, [placeOf(at.host, at.port ?? SSH_PORT)]: shown.key } : compared;
    setCompared(keys);
    send(keys);
  };
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={inspect.isPending}
      initialValues={{ host: hostOf(asset.address), by: 'password', sudo: 'none', throughJump: false, jump: { by: 'password' } }}
      onFinish={confirm}
    >
      {/* The question about a key stands alone; what was filled in waits behind it. */}
      <div hidden={isAsked}>
        <HostAndPort port={SSH_PORT} />
        <AccountFields />
        <SudoFields />
        <Form.Item name="throughJump" valuePropName="checked" className="tight-item">
          <Checkbox>{t('inspect.jump')}</Checkbox>
        </Form.Item>
        <Form.Item noStyle dependencies={['throughJump']}>
          {() =>
            form.getFieldValue('throughJump') === true && (
              <div className="hop">
                <HostAndPort prefix={['jump']} label={t('inspect.jumpHost')} port={SSH_PORT} />
                <AccountFields prefix={['jump']} />
              </div>
            )
          }
        </Form.Item>
        <details className="kept-keys">
          <summary>{t('hostKey.kept')}</summary>
          <HostKeys assetId={asset.id} />
        </details>
      </div>
      {shown ? (
        <KeyToCompare shown={shown} error={inspect.error} />
      ) : changed ? (
        <KeyChanged changed={changed} error={inspect.error} assetId={asset.id} onForgotten={() => inspect.reset()} />
      ) : (
        <TargetProblem error={inspect.error} />
      )}
      <PaneFoot
        busy={inspect.isPending}
        onStop={inspect.stop}
        onClose={isAsked ? inspect.reset : onClose}
        disabled={changed !== null}
        note={isAsked ? null : t('inspect.once')}
        {...(isAsked ? { leave: t('common.back') } : {})}
        {...(shown ? { submit: t('inspect.confirm') } : {})}
      />
    </Form>
  );
}

/** The account on a host, by password or by key. */
function AccountFields({ prefix = [] }: { prefix?: string[] }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  return (
    <>
      <div className="form-pair">
        <Form.Item
          name={[...prefix, 'username']}
          label={t('inspect.username')}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input className="mono" maxLength={64} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item name={[...prefix, 'by']} label={t('inspect.credential')}>
          <Segmented
            block
            options={[
              { value: 'password', label: t('inspect.withPassword') },
              { value: 'key', label: t('inspect.withKey') },
            ]}
          />
        </Form.Item>
      </div>
      <Form.Item noStyle dependencies={[[...prefix, 'by']]}>
        {() =>
          form.getFieldValue([...prefix, 'by']) === 'key' ? (
            <>
              <PrivateKeyField name={[...prefix, 'private_key']} />
              <SecretField name={[...prefix, 'passphrase']} label={t('inspect.passphrase')} />
            </>
          ) : (
            <SecretField name={[...prefix, 'password']} label={t('inspect.password')} required />
          )
        }
      </Form.Item>
    </>
  );
}

function SudoFields() {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  return (
    <div className="form-pair">
      <Form.Item name="sudo" label={t('inspect.sudo')} extra={t('inspect.sudoHint')}>
        <Segmented
          block
          options={[
            { value: 'none', label: t('inspect.sudoNone') },
            { value: 'free', label: t('inspect.sudoFree') },
            { value: 'asked', label: t('inspect.sudoAsked') },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['sudo']}>
        {() => form.getFieldValue('sudo') === 'asked' && <SecretField name="sudo_password" label={t('inspect.sudoPassword')} required />}
      </Form.Item>
    </div>
  );
}
