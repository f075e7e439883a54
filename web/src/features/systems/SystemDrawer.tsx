import { Form, Input, Select, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseDepartment, ChoosePerson, ChooseWord } from '@/features/shared/choices';
import { DayField } from '@/features/shared/DayField';
import { EXTENSIONS, gradeText } from '@/features/shared/domain';
import { HistoryOf } from '@/features/shared/HistoryList';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { RecordDrawer } from '@/features/shared/RecordDrawer';

type System = Schemas['System'];
type Values = Schemas['SystemInput'];
const TOUCHES = ['systems', 'dashboard', 'assessments'];

export function SystemDrawer({ open, system, onClose }: { open: boolean; system: System | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const fields = <SystemFields />;
  return (
    <RecordDrawer<Values>
      open={open}
      title={system ? system.name : t('system.add')}
      id={system?.id}
      values={system ? inputOf(system) : { grade: { s: 3, a: 3 }, state: 'operating', extensions: [] }}
      save={(body) =>
        bodyOf(
          system
            ? client.PUT('/api/v1/systems/{id}', { params: { path: { id: system.id } }, body })
            : client.POST('/api/v1/systems', { body }),
        )
      }
      remove={(id) => client.DELETE('/api/v1/systems/{id}', { params: { path: { id } } })}
      removeAsk={t('system.deleteAsk')}
      touches={TOUCHES}
      width={520}
      onClose={onClose}
      before={system && <Facts system={system} />}
    >
      {system ? (
        <Tabs
          items={[
            { key: 'form', label: t('common.details'), children: fields, forceRender: true },
            { key: 'history', label: t('history.title'), children: <HistoryOf kind="system" id={system.id} /> },
          ]}
        />
      ) : (
        fields
      )}
    </RecordDrawer>
  );
}

const inputOf = (s: System): Values => ({
  code: s.code,
  name: s.name,
  description: s.description,
  grade: s.grade,
  extensions: s.extensions,
  filing_number: s.filing_number,
  graded_on: s.graded_on,
  filed_on: s.filed_on,
  certificate_expires_on: s.certificate_expires_on,
  department_id: s.department_id,
  owner_id: s.owner_id,
  state: s.state,
});

function Facts({ system }: { system: System }) {
  const { t } = useTranslation();
  return (
    <p className="row wrap">
      <span className="num strong">{`${t('system.level', { n: system.level })} · ${gradeText(system.grade)}`}</span>
      <Link href={paths.assets({ system_id: system.id })}>{t('system.assets', { n: system.asset_count })}</Link>
      {system.assessment_id === null ? (
        <Link href={paths.assessments({ system_id: system.id })}>{t('overview.startAssessment')}</Link>
      ) : (
        <>
          <Link href={paths.assessment(system.assessment_id)}>{t('assessment.result')}</Link>
          <Link href={paths.matrix(system.assessment_id)}>{t('matrix.title')}</Link>
        </>
      )}
      <Link href={paths.findings({ system_id: system.id })}>{t('nav.findings')}</Link>
    </p>
  );
}

function SystemFields() {
  const { t } = useTranslation();
  const required = [{ required: true, whitespace: true, message: t('common.required') }];
  const levels = [1, 2, 3, 4].map((n) => ({ value: n, label: t('system.levelN', { n }) }));
  return (
    <>
      <div className="form-pair narrow-first">
        <Form.Item name="code" label={t('field.code')} rules={required}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="name" label={t('field.name')} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
      </div>
      <Form.Item name="description" label={t('field.description')}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name={['grade', 's']} label={t('system.gradeS')} rules={[{ required: true }]}>
          <Select options={levels} />
        </Form.Item>
        <Form.Item name={['grade', 'a']} label={t('system.gradeA')} rules={[{ required: true }]}>
          <Select options={levels} />
        </Form.Item>
      </div>
      <Form.Item name="extensions" label={t('field.extensions')}>
        <ChooseWord group="extension" codes={EXTENSIONS} label={t('field.extensions')} mode="multiple" />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="filing_number" label={t('field.filing_number')}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="certificate_expires_on" label={t('field.certificate_expires_on')}>
          <DayField />
        </Form.Item>
        <Form.Item name="graded_on" label={t('field.graded_on')}>
          <DayField />
        </Form.Item>
        <Form.Item name="filed_on" label={t('field.filed_on')}>
          <DayField />
        </Form.Item>
        <Form.Item name="department_id" label={t('field.department')}>
          <ChooseDepartment />
        </Form.Item>
        <Form.Item name="owner_id" label={t('field.owner')}>
          <ChoosePerson />
        </Form.Item>
        <Form.Item name="state" label={t('field.state')}>
          <ChooseWord group="recordState" codes={['planned', 'operating', 'retired']} label={t('field.state')} allowClear={false} />
        </Form.Item>
      </div>
    </>
  );
}
