import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseSystem } from '@/features/shared/choices';
import { gradeText, TEMPLATES } from '@/features/shared/domain';
import { Link, useGo } from '@/features/shared/Link';
import { assessmentsQuery, systemsQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { ErrorState, ProblemAlert } from '@/features/shared/problems';
import { figureOf, ResultMeter, useHazardText } from '@/features/shared/ResultFigure';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { WordPill } from '@/features/shared/WordPill';
import { formatDay, today } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { type Chip, Chips } from '@/ui/Chips';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { TOUCHES } from './queries';

type Assessment = Schemas['Assessment'];
const keyOf = (a: Assessment) => a.id;

export function AssessmentsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const go = useGo();
  const [search, set] = useSearchState();
  const system = numberOf(search.system_id);
  const { data, error, isPending, refetch } = useQuery(assessmentsQuery());
  const { data: systems } = useQuery(systemsQuery());
  const rows = useMemo(() => (data?.items ?? []).filter((a) => system === undefined || a.system_id === system), [data, system]);
  const [creating, setCreating] = useState(false);
  const columns = useColumns();
  const chips: Chip[] =
    system === undefined
      ? []
      : [
          {
            key: 'system',
            label: t('field.system'),
            value: systems?.items.find((s) => s.id === system)?.name ?? '…',
            onRemove: () => set({ system_id: undefined }),
          },
        ];
  return (
    <div className="page">
      <PageHead title={t('nav.assessments')} note={data && t('common.total', { n: rows.length })}>
        <ChooseSystem className="filter wide-filter" value={system ?? null} onChange={(v?: number) => set({ system_id: v?.toString() })} />
        {may('assessment.judge') && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setCreating(true)}>
            {t('assessment.create')}
          </Button>
        )}
      </PageHead>
      <Chips chips={chips} onReset={() => set({ system_id: undefined })} />
      <div className="card fill">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <Bones lines={8} />
        ) : (
          <DataGrid
            label={t('nav.assessments')}
            columns={columns}
            count={rows.length}
            rowAt={(i) => rows[i]}
            rowKey={keyOf}
            rowHeight={44}
            onOpen={(a) => go(paths.assessment(a.id))}
            empty={<EmptyState title={t('assessment.none')} hint={t('assessment.noneHint')} />}
          />
        )}
      </div>
      <CreateDialog open={creating} system={system} onClose={() => setCreating(false)} />
    </div>
  );
}

function useColumns(): GridColumn<Assessment>[] {
  const { t } = useTranslation();
  const word = useWord();
  const hazards = useHazardText();
  return useMemo(
    () => [
      { key: 'system', title: t('field.system'), width: 144, wide: 128, grow: true, fixed: true, render: (a) => <b>{a.system_name}</b> },
      { key: 'name', title: t('field.assessment'), width: 172, wide: 114, grow: true, render: (a) => a.name },
      {
        key: 'grade',
        title: t('assessment.gradeTemplate'),
        width: 116,
        wide: 100,
        render: (a) => <span className="num">{`${gradeText(a.grade)} · ${word('template', a.template)}`}</span>,
      },
      {
        key: 'conclusion',
        title: t('result.conclusion'),
        width: 104,
        wide: 158,
        render: (a) => <WordPill group="conclusion" code={a.result.conclusion} />,
      },
      { key: 'figure', title: t('result.figure'), width: 80, wide: 70, align: 'end', render: (a) => figureOf(a.result) },
      {
        key: 'meter',
        title: t('result.position'),
        width: 80,
        wide: 78,
        render: (a) => (
          <span className="row">
            <ResultMeter result={a.result} showMarks={false} />
          </span>
        ),
      },
      {
        key: 'hazards',
        title: t('result.hazardsTitle'),
        width: 118,
        wide: 114,
        render: (a) => hazards(a.result.hazards_found, a.result.hazards_resolved),
      },
      { key: 'unanswered', title: t('result.unanswered'), width: 64, wide: 102, align: 'end', render: (a) => a.result.unanswered },
      { key: 'started', title: t('field.started_on'), width: 100, render: (a) => <span className="num">{formatDay(a.started_on)}</span> },
      {
        key: 'state',
        title: t('field.state'),
        width: 84,
        render: (a) => <Pill tone={a.state === 'open' ? 'info' : 'mute'}>{word('assessmentState', a.state)}</Pill>,
      },
      {
        key: 'matrix',
        title: t('matrix.short'),
        width: 60,
        wide: 68,
        render: (a) => <Link href={paths.matrix(a.id)}>{t('matrix.short')}</Link>,
      },
    ],
    [t, word, hazards],
  );
}

function CreateDialog({ open, system, onClose }: { open: boolean; system: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const go = useGo();
  const [form] = Form.useForm<Schemas['AssessmentInput']>();
  const create = useChange((body: Schemas['AssessmentInput']) => bodyOf(client.POST('/api/v1/assessments', { body })), {
    touches: TOUCHES,
    onDone: (a) => {
      onClose();
      go(paths.matrix(a.id));
    },
  });
  useEffect(() => {
    if (open)
      form.setFieldsValue({
        name: t('assessment.defaultName', { year: today().slice(0, 4) }),
        template: '2025',
        ...(system === undefined ? {} : { system_id: system }),
      });
  }, [open, system, form, t]);
  const required = [{ required: true, message: t('common.required') }];
  return (
    <Modal
      open={open}
      title={t('assessment.create')}
      okText={t('assessment.start')}
      cancelText={t('common.cancel')}
      okButtonProps={{ loading: create.isPending }}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="sub">{t('assessment.createHint')}</p>
      <ProblemAlert error={create.error} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(v: Schemas['AssessmentInput']) => create.mutate(v)}>
        <Form.Item name="system_id" label={t('field.system')} rules={required}>
          <ChooseSystem />
        </Form.Item>
        <Form.Item name="name" label={t('field.assessment')} rules={required}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="template" label={t('field.template')} rules={required}>
          <Select options={TEMPLATES.map((x) => ({ value: x, label: word('template', x) }))} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
