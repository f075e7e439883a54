import { Form, Input, Modal, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { formatDay } from '@/i18n/format';
import { isPortList } from './ranges';

type Values = { range_id: number; choice: 'top1000' | 'all' | 'listed'; listed?: string };

/** Scans an allowed range with the nmap of the server. */
export function ScanDialog({
  ranges,
  onClose,
  onStarted,
}: {
  ranges: readonly Schemas['ScanRange'][];
  onClose: () => void;
  onStarted: (job: number) => void;
}) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const start = useChange((body: Schemas['ScanInput']) => bodyOf(client.POST('/api/v1/discoveries/run', { body })), {
    touches: [],
    quiet: true,
    onDone: (job) => onStarted(job.id),
  });
  const allowed = ranges.filter((range) => range.in_force);
  return (
    <Modal
      open
      title={t('discovery.run')}
      okText={t('discovery.start')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: start.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('discovery.runHint')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ range_id: allowed[0]?.id, choice: 'top1000' }}
        onFinish={({ range_id, choice, listed }) => start.mutate({ range_id, ports: choice === 'listed' ? (listed ?? '').trim() : choice })}
      >
        <Form.Item name="range_id" label={t('discovery.range')} rules={[{ required: true, message: t('common.required') }]}>
          <Select
            options={allowed.map((range) => ({
              value: range.id,
              label: `${range.range}　${t('range.untilDay', { day: formatDay(range.until) })}`,
            }))}
          />
        </Form.Item>
        <Form.Item name="choice" label={t('discovery.ports')}>
          <Radio.Group
            options={[
              { value: 'top1000', label: t('discovery.portsTop') },
              { value: 'all', label: t('discovery.portsAll') },
              { value: 'listed', label: t('discovery.portsListed') },
            ]}
          />
        </Form.Item>
        <Form.Item noStyle dependencies={['choice']}>
          {() =>
            form.getFieldValue('choice') === 'listed' && (
              <Form.Item
                name="listed"
                extra={t('discovery.portsHint')}
                rules={[
                  {
                    validator: (_, value?: string) =>
                      isPortList(value ?? '') ? Promise.resolve() : Promise.reject(new Error(t('discovery.portsRule'))),
                  },
                ]}
              >
                <Input className="mono" aria-label={t('discovery.ports')} spellCheck={false} />
              </Form.Item>
            )
          }
        </Form.Item>
        <ProblemAlert error={start.error} />
      </Form>
    </Modal>
  );
}
