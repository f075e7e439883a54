import { Alert, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { useWord } from '@/i18n/words';
import { filled, HostAndPort, PaneFoot, type PaneProps, SecretField } from './panes';
import { TargetProblem } from './TargetProblem';
import { useInspect } from './useInspect';
import { hostOf, LIVE_DATABASES, type LiveDatabase, TLS_MODES } from './ways';

type Values = Omit<Schemas['DatabaseInput'], 'family'> & { family: LiveDatabase };

/** The kind of database that an asset's model and version speak of. */
export function databaseOf(asset: Pick<Schemas['Asset'], 'name' | 'model' | 'version'>): LiveDatabase {
  const said = `${asset.name} ${asset.model ?? ''} ${asset.version ?? ''}`.toLowerCase();
  if (/kingbase|金仓/.test(said)) return 'kingbase';
  if (/postgres/.test(said)) return 'postgresql';
  if (/redis/.test(said)) return 'redis';
  return 'mysql';
}

/** A database, by a read-only account. */
export function DatabasePane({ asset, onClose, onCollector }: PaneProps & { onCollector: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const [form] = Form.useForm<Values>();
  const inspect = useInspect<Schemas['DatabaseInput']>(
    (body, signal) => bodyOf(client.POST('/api/v1/assets/{id}/inspections/database', { params: { path: { id: asset.id } }, body, signal })),
    onClose,
  );
  const family = Form.useWatch('family', form) ?? databaseOf(asset);
  const tls = Form.useWatch('tls', form);
  const send = (values: Values) =>
    inspect.mutate(
      { ...filled(values), username: values.username ?? '', password: values.password ?? '' },
      { onError: () => form.setFieldValue('password', undefined) },
    );
  const isRedis = family === 'redis';
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={inspect.isPending}
      initialValues={{ family: databaseOf(asset), host: hostOf(asset.address), tls: 'verify' }}
      onFinish={send}
    >
      <Form.Item
        name="family"
        label={t('inspect.family')}
        extra={
          <button type="button" className="link-button small" onClick={onCollector}>
            {t('inspect.byScript')}
          </button>
        }
      >
        <Select options={Object.keys(LIVE_DATABASES).map((one) => ({ value: one, label: word('family', one) }))} />
      </Form.Item>
      <HostAndPort port={LIVE_DATABASES[family]} />
      <div className="form-pair">
        <Form.Item
          name="username"
          label={t('inspect.username')}
          {...(isRedis ? { extra: t('inspect.redisUser') } : {})}
          rules={isRedis ? [] : [{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input className="mono" maxLength={128} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <SecretField name="password" label={t('inspect.password')} required={!isRedis} />
        <Form.Item name="tls" label={t('inspect.protection')}>
          <Select options={TLS_MODES.map((mode) => ({ value: mode, label: t(`inspect.tlsMode.${mode}`) }))} />
        </Form.Item>
        {!isRedis && (
          <Form.Item name="database" label={t('inspect.database')} extra={t('inspect.databaseHint')}>
            <Input className="mono" maxLength={128} autoComplete="off" spellCheck={false} />
          </Form.Item>
        )}
      </div>
      {tls === 'off' && <Alert type="warning" showIcon title={t('inspect.offWarning')} className="pane-alert" />}
      <TargetProblem error={inspect.error} />
      <PaneFoot busy={inspect.isPending} onStop={inspect.stop} onClose={onClose} note={t('inspect.once')} />
    </Form>
  );
}
