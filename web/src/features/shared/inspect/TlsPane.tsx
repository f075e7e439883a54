import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { filled, HostAndPort, PaneFoot, type PaneProps } from './panes';
import { TargetProblem } from './TargetProblem';
import { useInspect } from './useInspect';
import { hostOf, isHost, START_TLS } from './ways';

const HTTPS = 443;

/** A TLS endpoint, by handshakes. */
export function TlsPane({ asset, onClose }: PaneProps) {
  const { t } = useTranslation();
  const inspect = useInspect<Schemas['TlsInput']>(
    (body, signal) => bodyOf(client.POST('/api/v1/assets/{id}/inspections/tls', { params: { path: { id: asset.id } }, body, signal })),
    onClose,
  );
  return (
    <Form
      layout="vertical"
      requiredMark={false}
      disabled={inspect.isPending}
      initialValues={{ host: hostOf(asset.address) }}
      onFinish={(values: Schemas['TlsInput']) => inspect.mutate({ ...filled(values), port: values.port ?? HTTPS })}
    >
      <HostAndPort port={HTTPS} />
      <div className="form-pair">
        <Form.Item
          name="server_name"
          label={t('inspect.serverName')}
          extra={t('inspect.serverNameHint')}
          rules={[
            {
              validator: (_, value?: string) =>
                !value || isHost(value) ? Promise.resolve() : Promise.reject(new Error(t('inspect.hostRule'))),
            },
          ]}
        >
          <Input className="mono" autoComplete="off" spellCheck={false} placeholder="www.hospital.example" />
        </Form.Item>
        <Form.Item name="start_tls" label={t('inspect.startTls')}>
          <Select
            allowClear
            placeholder={t('inspect.startTlsNone')}
            options={START_TLS.map((one) => ({ value: one, label: one.toUpperCase() }))}
          />
        </Form.Item>
      </div>
      <TargetProblem error={inspect.error} />
      <PaneFoot busy={inspect.isPending} onStop={inspect.stop} onClose={onClose} />
    </Form>
  );
}
