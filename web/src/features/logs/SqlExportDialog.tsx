import { Form, Input, Modal, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { exportAnswer } from './api';
import { saveFile } from './saveFile';
import type { SqlExport } from './types';

type Values = Pick<SqlExport, 'mask' | 'reason'>;

/** Takes an answer out of the program: masked unless somebody says otherwise, and never without a reason. */
export function SqlExportDialog({ sql, mask, onClose }: { sql: string; mask: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const make = useChange((values: Values) => exportAnswer({ sql, ...values, reason: values.reason.trim() }), {
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
      title={t('logSql.download')}
      okText={t('common.export')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: make.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <pre className="mono sql-asked">{sql}</pre>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ mask }} onFinish={make.mutate}>
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
