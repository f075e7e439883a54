import { Form, InputNumber, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';

const MINUTE = 60;
const MOST_MINUTES = 10_080;
type Values = { interval: number; jitter: number };

/** How often agents inspect their hosts. */
export function SettingsDialog({ settings, onClose }: { settings: Schemas['AgentSettings']; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const save = useChange((body: Schemas['AgentSettingsInput']) => bodyOf(client.PUT('/api/v1/agents/settings', { body })), {
    touches: ['agents'],
    done: t('common.saved'),
    onDone: onClose,
    quiet: true,
  });
  return (
    <Modal
      open
      title={t('agent.settings')}
      okText={t('common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: save.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('agent.settingsHint')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ interval: settings.interval_seconds / MINUTE, jitter: settings.jitter_seconds / MINUTE }}
        onFinish={({ interval, jitter }) =>
          save.mutate({ interval_seconds: Math.round(interval * MINUTE), jitter_seconds: Math.round(jitter * MINUTE) })
        }
      >
        <div className="form-pair">
          <Form.Item
            name="interval"
            label={t('agent.interval')}
            extra={t('agent.intervalHint')}
            rules={[{ required: true, message: t('common.required') }]}
          >
            <InputNumber className="choose" min={1} max={MOST_MINUTES} />
          </Form.Item>
          <Form.Item
            name="jitter"
            label={t('agent.jitter')}
            extra={t('agent.jitterHint')}
            dependencies={['interval']}
            rules={[
              { required: true, message: t('common.required') },
              {
                validator: (_, value?: number) =>
                  (value ?? 0) <= (form.getFieldValue('interval') as number)
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('agent.jitterRule'))),
              },
            ]}
          >
            <InputNumber className="choose" min={0} max={MOST_MINUTES} />
          </Form.Item>
        </div>
        {settings.address && (
          <p className="sub small">
            {t('agent.reachedAt')} <span className="mono">{settings.address}</span>
          </p>
        )}
        <ProblemAlert error={save.error} />
      </Form>
    </Modal>
  );
}
