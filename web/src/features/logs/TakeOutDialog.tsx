import { Form, Input, Modal, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { saveFile } from './saveFile';

type Asked = { mask: boolean; reason: string };
type Props<V extends Asked> = {
  title: string;
  /** What is taken out. */
  what: ReactNode;
  /** Fields before the common ones. */
  fields?: ReactNode;
  initial: Omit<V, 'reason'>;
  take: (values: V) => Promise<File>;
  onClose: () => void;
};

/** Takes logs out of the program: masked unless somebody says otherwise, and never without a reason. */
export function TakeOutDialog<V extends Asked>({ title, what, fields, initial, take, onClose }: Props<V>) {
  const { t } = useTranslation();
  const [form] = Form.useForm<V>();
  const make = useChange((values: V) => take({ ...values, reason: values.reason.trim() }), {
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
      title={title}
      okText={t('common.export')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: make.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      {what}
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={make.mutate}>
        {fields}
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
