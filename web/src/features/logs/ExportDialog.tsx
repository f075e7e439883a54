import { Form, Input, Modal, Radio, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { type Asked, exportEvents } from './api';
import { saveFile } from './saveFile';
import type { LogExport } from './types';
import { wallTime } from './view';

type Values = Pick<LogExport, 'format' | 'mask' | 'reason'>;

/** Takes what was found out of the program: masked unless somebody says otherwise, and never without a reason. */
export function ExportDialog({ asked, total, onClose }: { asked: Asked; total: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const make = useChange((values: Values) => exportEvents({ ...asked, ...values, reason: values.reason.trim() }), {
    touches: ['ledger'],
    done: t('log.exported'),
    quiet: true,
    onDone: (file) => {
      saveFile(file);
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('log.export')}
      okText={t('common.export')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: make.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <dl className="facts export-facts">
        <div>
          <dt>{t('log.query')}</dt>
          <dd className="mono">{asked.query || t('log.everything')}</dd>
        </div>
        <div>
          <dt>{t('log.time')}</dt>
          <dd className="num">
            {wallTime(asked.from)} – {wallTime(asked.to)}
          </dd>
        </div>
        {total !== undefined && (
          <div>
            <dt>{t('log.amount')}</dt>
            <dd className="num">{t('common.total', { n: total })}</dd>
          </div>
        )}
      </dl>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ format: 'csv', mask: true }} onFinish={make.mutate}>
        <Form.Item name="format" label={t('log.format')}>
          <Radio.Group
            options={[
              { value: 'csv', label: t('log.csv') },
              { value: 'ndjson', label: t('log.ndjson') },
            ]}
          />
        </Form.Item>
        <Form.Item name="mask" label={t('log.mask')} valuePropName="checked" extra={t('log.maskHint')}>
          <Switch />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          extra={t('common.reasonIsRecorded')}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input.TextArea rows={2} maxLength={500} showCount />
        </Form.Item>
        <ProblemAlert error={make.error} />
      </Form>
    </Modal>
  );
}
