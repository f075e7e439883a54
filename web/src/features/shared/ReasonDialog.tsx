import { Form, Input, Modal } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  open: boolean;
  title: string;
  /** What will happen, in a sentence. */
  hint?: ReactNode;
  danger?: boolean;
  busy?: boolean;
  submit?: string;
  children?: ReactNode;
  initialValues?: Record<string, unknown>;
  onCancel: () => void;
  // biome-ignore lint/suspicious/noExplicitAny: the extra fields are the caller's
  onSubmit: (values: any) => void;
};

/** Asks for the reason of a change that is judged by others, and says that it is recorded. */
export function ReasonDialog({ open, title, hint, danger, busy, submit, children, initialValues, onCancel, onSubmit }: Props) {
  const { t } = useTranslation();
  const [form] = Form.useForm();
  useEffect(() => {
    if (open) form.resetFields();
  }, [open, form]);
  return (
    <Modal
      open={open}
      title={title}
      onCancel={onCancel}
      onOk={() => form.submit()}
      okText={submit ?? t('common.submit')}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger: danger ?? false, loading: busy ?? false }}
      destroyOnHidden
    >
      {hint && <p className="sub">{hint}</p>}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={onSubmit} {...(initialValues ? { initialValues } : {})}>
        {children}
        <Form.Item
          name="reason"
          label={t('field.reason')}
          extra={t('common.reasonIsRecorded')}
          rules={[{ required: true, whitespace: true, message: t('common.required') }]}
        >
          <Input.TextArea rows={3} maxLength={500} showCount />
        </Form.Item>
      </Form>
    </Modal>
  );
}
