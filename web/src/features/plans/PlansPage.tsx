import { PlusOutlined, SettingOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { Choose } from '@/features/shared/choices';
import { DayField } from '@/features/shared/DayField';
import { useGo } from '@/features/shared/Link';
import { assessmentsQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { figureOf } from '@/features/shared/ResultFigure';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { today, useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { PlanningDrawer } from './PlanningDrawer';
import { TOUCHES } from './queries';

type Plan = Schemas['PlanSummary'];
const keyOf = (p: Plan) => p.id;

export function PlansPage() {
  const { t } = useTranslation();
  const may = useMay();
  const go = useGo();
  const [creating, setCreating] = useState(false);
  const [setting, setSetting] = useState(false);
  const { data, error, isPending, refetch } = api.useQuery('get', '/api/v1/plans');
  const columns = useColumns();
  return (
    <div className="page">
      <PageHead title={t('nav.plans')} note={data && t('common.total', { n: data.total })}>
        {may('plan.write') && (
          <>
            <Button icon={<SettingOutlined aria-hidden />} onClick={() => setSetting(true)}>
              {t('plan.settings')}
            </Button>
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
              {t('plan.create')}
            </Button>
          </>
        )}
      </PageHead>
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={8} />
        ) : (
          <DataGrid
            label={t('nav.plans')}
            columns={columns}
            count={data.items.length}
            rowAt={(i) => data.items[i]}
            rowKey={keyOf}
            onOpen={(p) => go(paths.plan(p.id))}
            empty={<EmptyState title={t('plan.none')} hint={t('plan.noneHint')} />}
          />
        )}
      </div>
      <CreateDialog open={creating} onClose={() => setCreating(false)} />
      <PlanningDrawer open={setting} onClose={() => setSetting(false)} />
    </div>
  );
}

function useColumns(): GridColumn<Plan>[] {
  const { t } = useTranslation();
  const word = useWord();
  const format = useFormat();
  return useMemo(
    () => [
      { key: 'title', title: t('plan.title'), width: 196, wide: 130, grow: true, fixed: true, render: (p) => <b>{p.title}</b> },
      { key: 'number', title: t('plan.number'), width: 118, wide: 84, render: (p) => <span className="num">{p.number || '—'}</span> },
      { key: 'system', title: t('field.system'), width: 118, wide: 116, grow: true, render: (p) => p.system_name },
      {
        key: 'state',
        title: t('field.state'),
        width: 84,
        wide: 92,
        render: (p) => <Pill tone={p.state === 'approved' ? 'good' : 'info'}>{word('planState', p.state)}</Pill>,
      },
      { key: 'dates', title: t('plan.dates'), width: 176, render: (p) => <span className="num">{`${p.starts_on} – ${p.ends_on}`}</span> },
      {
        key: 'tasks',
        title: t('plan.tasks'),
        width: 52,
        wide: 54,
        align: 'end',
        render: (p) => p.phases.reduce((n, phase) => n + phase.tasks, 0),
      },
      { key: 'now', title: t('plan.current'), width: 66, wide: 68, align: 'end', render: (p) => figureOf(p.current) },
      { key: 'then', title: t('plan.expected'), width: 66, wide: 84, align: 'end', render: (p) => <b>{figureOf(p.expected)}</b> },
      { key: 'cost', title: t('field.cost'), width: 134, wide: 182, align: 'end', render: (p) => format.cost(p.cost_cny) },
      { key: 'effort', title: t('field.effort'), width: 108, wide: 134, align: 'end', render: (p) => format.effort(p.effort_days) },
    ],
    [t, word, format],
  );
}

function CreateDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const go = useGo();
  const [form] = Form.useForm<Schemas['PlanInput']>();
  const { data: assessments } = useQuery(assessmentsQuery());
  const chosen = Form.useWatch('assessment_id', form) as number | undefined;
  const template = assessments?.items.find((a) => a.id === chosen)?.template ?? '2025';
  const create = useChange((body: Schemas['PlanInput']) => bodyOf(client.POST('/api/v1/plans', { body })), {
    touches: TOUCHES,
    done: t('plan.created'),
    onDone: (plan) => {
      onClose();
      go(paths.plan(plan.id));
    },
  });
  useEffect(() => {
    if (open) form.setFieldsValue({ title: t('plan.defaultTitle'), starts_on: today(), target: 'all' });
  }, [open, form, t]);
  const required = [{ required: true, message: t('common.required') }];
  const targets = template === '2025' ? (['compliant', 'basically_compliant'] as const) : (['excellent', 'good', 'fair'] as const);
  return (
    <Modal
      open={open}
      title={t('plan.create')}
      okText={t('plan.make')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: create.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('plan.createHint')}</p>
      <ProblemAlert error={create.error} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(v: Schemas['PlanInput']) => create.mutate(v)}>
        <Form.Item name="assessment_id" label={t('field.assessment')} rules={required}>
          <Choose
            label={t('field.assessment')}
            options={(assessments?.items ?? []).map((a) => ({ value: a.id, label: `${a.system_name} · ${a.name}` }))}
          />
        </Form.Item>
        <Form.Item name="title" label={t('plan.title')} rules={required}>
          <Input maxLength={120} />
        </Form.Item>
        <div className="form-pair">
          <Form.Item name="starts_on" label={t('field.starts_on')} rules={required}>
            <DayField />
          </Form.Item>
          <Form.Item name="target" label={t('plan.target')} rules={required}>
            <Select
              options={[
                { value: 'all', label: t('plan.targetAll') },
                ...targets.map((x) => ({ value: x, label: t('plan.targetReach', { conclusion: word('conclusion', x) }) })),
              ]}
            />
          </Form.Item>
        </div>
      </Form>
    </Modal>
  );
}
