import { Button, Form, Input } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { Card } from '@/ui/Card';
import { PageHead } from '@/ui/PageHead';
import { Bones } from '@/ui/states';
import './organisation.css';

const FIELDS = ['kind', 'unified_code', 'address', 'contact', 'phone'] as const;

export function OrganisationPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = api.useQuery('get', '/api/v1/organisation');
  return (
    <>
      <PageHead title={t('nav.organisation')} note={t('organisation.note')} />
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : data ? <Body organisation={data} /> : <Bones lines={6} />}
    </>
  );
}

function Body({ organisation }: { organisation: Schemas['Organisation'] }) {
  const { t } = useTranslation();
  const may = useMay();
  const [form] = Form.useForm<Schemas['OrganisationInput']>();
  const save = useChange((body: Schemas['OrganisationInput']) => bodyOf(client.PUT('/api/v1/organisation', { body })), {
    touches: ['organisation'],
    done: t('common.saved'),
  });
  useEffect(() => form.setFieldsValue(organisation), [form, organisation]);
  const writable = may('settings.write') || may('records.write');
  return (
    <Card className="organisation">
      <Form form={form} layout="vertical" disabled={!writable} onFinish={(v) => save.mutate(v)}>
        <ProblemAlert error={save.error} />
        <Form.Item name="name" label={t('setup.hospital')} rules={[{ required: true, whitespace: true, message: t('common.required') }]}>
          <Input maxLength={100} />
        </Form.Item>
        <div className="form-pair">
          {FIELDS.map((field) => (
            <Form.Item key={field} name={field} label={t(`organisation.${field}`)}>
              <Input maxLength={200} />
            </Form.Item>
          ))}
        </div>
        {writable && (
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        )}
      </Form>
    </Card>
  );
}
