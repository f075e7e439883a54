import { Form, Input, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseWord } from '@/features/shared/choices';
import { OBJECT_TYPES } from '@/features/shared/domain';
import { ProblemAlert } from '@/features/shared/problems';
import { useChange } from '@/features/shared/useChange';
import { guessedType, type HostRow } from './hosts';

type Values = Omit<Schemas['FoundAssetInput'], 'address'>;

/** Makes an asset of a host that is on no record. */
export function RegisterDialog({ discovery, row, onClose }: { discovery: number; row: HostRow; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const register = useChange(
    (values: Values) =>
      bodyOf(
        client.POST('/api/v1/discoveries/{id}/assets', {
          params: { path: { id: discovery } },
          body: { ...values, address: row.address },
        }),
      ),
    { touches: ['discoveries', 'assets', 'dashboard', 'assessments'], done: t('discovery.registered'), onDone: onClose, quiet: true },
  );
  const required = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <Modal
      open
      title={`${t('discovery.register')} ${row.address}`}
      okText={t('common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: register.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('discovery.registerHint')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ name: row.host.names[0]?.split('.')[0] ?? '', object_type: guessedType(row.host) }}
        onFinish={(values) => register.mutate(values)}
      >
        <div className="form-pair narrow-first">
          <Form.Item name="code" label={t('field.code')} rules={required}>
            <Input maxLength={40} autoFocus />
          </Form.Item>
          <Form.Item name="name" label={t('field.name')} rules={required}>
            <Input maxLength={100} />
          </Form.Item>
        </div>
        <Form.Item name="object_type" label={t('field.object_type')} rules={[{ required: true, message: t('common.required') }]}>
          <ChooseWord group="objectType" codes={OBJECT_TYPES} label={t('field.object_type')} allowClear={false} />
        </Form.Item>
        <ProblemAlert error={register.error} />
      </Form>
    </Modal>
  );
}
