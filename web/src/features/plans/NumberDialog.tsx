import { Form, Input, Modal } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { TOUCHES } from './queries';

/** The number under which documents cite a plan. */
export function NumberDialog({ plan, open, onClose }: { plan: Schemas['Plan']; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Schemas['PlanNumber']>();
  const path = { params: { path: { id: plan.id } } };
  const save = useChange((body: Schemas['PlanNumber']) => bodyOf(client.PUT('/api/v1/plans/{id}/number', { ...path, body })), {
    touches: TOUCHES,
    done: t('plan.numbered'),
    onDone: onClose,
  });
  useEffect(() => {
    if (open) form.setFieldsValue({ number: plan.number ?? '' });
  }, [open, form, plan.number]);
  return (
    <Modal
      open={open}
      title={t('plan.number')}
      okText={t('common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: save.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('plan.numberHint')}</p>
      <ProblemAlert error={save.error} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(v) => save.mutate(v)}>
        <Form.Item name="number" label={t('plan.number')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
          <Input maxLength={40} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
