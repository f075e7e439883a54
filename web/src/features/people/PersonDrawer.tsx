import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseDepartment, ChoosePost, ChooseWord } from '@/features/shared/choices';
import { RecordDrawer } from '@/features/shared/RecordDrawer';

type Values = Schemas['PersonInput'];
const TOUCHES = ['people', 'departments', 'posts', 'dashboard'];

export function PersonDrawer({ open, person, onClose }: { open: boolean; person: Schemas['Person'] | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const required = [{ required: true, whitespace: true, message: t('common.required') }];
  return (
    <RecordDrawer<Values>
      open={open}
      title={person?.name ?? t('people.add')}
      id={person?.id}
      values={
        person
          ? {
              code: person.code,
              name: person.name,
              department_id: person.department_id,
              post_id: person.post_id,
              phone: person.phone,
              email: person.email,
              state: person.state,
            }
          : { state: 'active' }
      }
      save={(body) =>
        bodyOf(
          person
            ? client.PUT('/api/v1/people/{id}', { params: { path: { id: person.id } }, body })
            : client.POST('/api/v1/people', { body }),
        )
      }
      remove={(id) => client.DELETE('/api/v1/people/{id}', { params: { path: { id } } })}
      removeAsk={t('people.deleteAsk')}
      touches={TOUCHES}
      onClose={onClose}
    >
      <div className="form-pair">
        <Form.Item name="code" label={t('field.code')} rules={required}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="name" label={t('field.person_name')} rules={required}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="department_id" label={t('field.department')}>
          <ChooseDepartment />
        </Form.Item>
        <Form.Item name="post_id" label={t('field.post')}>
          <ChoosePost />
        </Form.Item>
        <Form.Item name="phone" label={t('field.phone')}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="email" label={t('field.email')} rules={[{ type: 'email', message: t('people.emailRule') }]}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name="state" label={t('field.state')}>
          <ChooseWord group="recordState" codes={['active', 'left']} label={t('field.state')} allowClear={false} />
        </Form.Item>
      </div>
    </RecordDrawer>
  );
}
