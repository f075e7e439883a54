import { Button, Form, Input, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { ChooseDepartment, ChoosePerson } from '@/features/shared/choices';
import { DayField } from '@/features/shared/DayField';
import { FormDrawer } from '@/features/shared/FormDrawer';
import { HistoryOf } from '@/features/shared/HistoryList';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { useChange } from '@/features/shared/useChange';
import { WordPill } from '@/features/shared/WordPill';
import { useFormat } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { TOUCHES } from './queries';

type Task = Schemas['Task'];
type Values = Schemas['TaskInput'];
const STEPS = ['start', 'submit', 'verify'] as const;
type Step = (typeof STEPS)[number];

export function TaskDrawer({ plan, task, onClose }: { plan: Schemas['Plan']; task: Task | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const [form] = Form.useForm<Values>();
  const save = useChange((body: Values) => bodyOf(client.PUT('/api/v1/tasks/{id}', { params: { path: { id: task?.id ?? 0 } }, body })), {
    touches: TOUCHES,
    done: t('common.saved'),
    onDone: onClose,
  });
  const editable = task?.allowed_actions.includes('edit') ?? false;
  return (
    <FormDrawer<Values>
      open={task !== undefined}
      title={task ? text(task.title) : ''}
      form={form}
      recordKey={task?.id ?? 'none'}
      values={
        task
          ? {
              title: text(task.title),
              owner_id: task.owner_id,
              department_id: task.department_id,
              starts_on: task.starts_on,
              due_on: task.due_on,
              note: task.note,
            }
          : undefined
      }
      readOnly={!editable}
      busy={save.isPending}
      error={save.error}
      width={520}
      onClose={onClose}
      onSubmit={(v) =>
        save.mutate({
          ...v,
          owner_id: v.owner_id ?? null,
          department_id: v.department_id ?? null,
          note: v.note ?? null,
          // The own wording is sent only when it was changed: it replaces both languages.
          title: task && v.title === text(task.title) ? null : (v.title ?? null),
        })
      }
      before={task && <Steps task={task} />}
    >
      {task && (
        <Tabs
          items={[
            { key: 'form', label: t('task.assignment'), children: <TaskFields />, forceRender: true },
            { key: 'measure', label: t('task.measure'), children: <Measure plan={plan} task={task} /> },
            { key: 'history', label: t('history.title'), children: <HistoryOf kind="task" id={task.id} /> },
          ]}
        />
      )}
    </FormDrawer>
  );
}

function Steps({ task }: { task: Task }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step | null>(null);
  const change = useChange((body: Schemas['Reason']) => advance(task.id, step ?? 'start', body), {
    touches: [...TOUCHES, 'assessments'],
    done: t('common.saved'),
    onDone: () => setStep(null),
  });
  return (
    <p className="row wrap">
      <WordPill group="task" code={task.state} />
      <WordPill group="severity" code={task.severity} />
      <span className="grow" />
      {STEPS.filter((s) => task.allowed_actions.includes(s)).map((s) => (
        <Button key={s} type="primary" onClick={() => setStep(s)}>
          {t(`task.${s}`)}
        </Button>
      ))}
      <ReasonDialog
        open={step !== null}
        title={step ? t(`task.${step}`) : ''}
        hint={step ? t(`task.hint.${step}`) : ''}
        busy={change.isPending}
        onCancel={() => setStep(null)}
        onSubmit={(v: Schemas['Reason']) => change.mutate(v)}
      />
    </p>
  );
}

function advance(id: number, step: Step, body: Schemas['Reason']) {
  const params = { params: { path: { id } }, body };
  if (step === 'start') return bodyOf(client.POST('/api/v1/tasks/{id}/start', params));
  if (step === 'submit') return bodyOf(client.POST('/api/v1/tasks/{id}/submit', params));
  return bodyOf(client.POST('/api/v1/tasks/{id}/verify', params));
}

function TaskFields() {
  const { t } = useTranslation();
  const required = [{ required: true, message: t('common.required') }];
  return (
    <>
      <Form.Item name="title" label={t('task.title')} rules={required}>
        <Input.TextArea rows={2} maxLength={200} />
      </Form.Item>
      <div className="form-pair">
        <Form.Item name="department_id" label={t('field.department')}>
          <ChooseDepartment />
        </Form.Item>
        <Form.Item name="owner_id" label={t('field.owner')}>
          <ChoosePerson />
        </Form.Item>
        <Form.Item name="starts_on" label={t('field.starts_on')} rules={required}>
          <DayField />
        </Form.Item>
        <Form.Item
          name="due_on"
          label={t('field.due_on')}
          dependencies={['starts_on']}
          rules={[
            ...required,
            ({ getFieldValue }) => ({
              validator: (_, due: string) =>
                !due || due >= getFieldValue('starts_on') ? Promise.resolve() : Promise.reject(new Error(t('task.dueBeforeStart'))),
            }),
          ]}
        >
          <DayField />
        </Form.Item>
      </div>
      <Form.Item name="note" label={t('field.note')}>
        <Input.TextArea rows={3} maxLength={1000} />
      </Form.Item>
    </>
  );
}

function Measure({ plan, task }: { plan: Schemas['Plan']; task: Task }) {
  const { t } = useTranslation();
  const text = useText();
  const word = useWord();
  const format = useFormat();
  return (
    <>
      <p className="requirement-text">{text(task.measure)}</p>
      <dl className="facts">
        <div>
          <dt>{t('field.requirement')}</dt>
          <dd>
            <Link href={paths.matrix(plan.assessment_id, { q: task.requirement })} className="code">
              {task.requirement}
            </Link>
          </dd>
        </div>
        {task.finding_id !== null && (
          <div>
            <dt>{t('task.finding')}</dt>
            <dd>
              <Link href={paths.findings({ id: task.finding_id })}>#{task.finding_id}</Link>
            </dd>
          </div>
        )}
        <div>
          <dt>{t('field.kind')}</dt>
          <dd>{word('measureKind', task.kind)}</dd>
        </div>
        <div>
          <dt>{t('field.effort')}</dt>
          <dd className="num">{format.effort(task.effort_days)}</dd>
        </div>
        <div>
          <dt>{t('field.cost')}</dt>
          <dd className="num">
            {format.cost(task.cost_cny)} <span className="sub small">{t('unit.estimate')}</span>
          </dd>
        </div>
        <div>
          <dt>{t('field.risk')}</dt>
          <dd>{text(task.risk)}</dd>
        </div>
        <div>
          <dt>{t('field.rollback')}</dt>
          <dd>{text(task.rollback)}</dd>
        </div>
      </dl>
    </>
  );
}
