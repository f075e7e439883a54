import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Form, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, bodyOf, client, type Schemas } from '@/api/client';
import { DayField } from '@/features/shared/DayField';
import { HistoryOf } from '@/features/shared/HistoryList';
import { Link } from '@/features/shared/Link';
import { requirementQuery, systemsQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { RequirementDetails } from '@/features/shared/RequirementDetails';
import { useChange } from '@/features/shared/useChange';
import { WordPill } from '@/features/shared/WordPill';
import { formatTime } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { Pill } from '@/ui/Pill';
import { Bones } from '@/ui/states';

type Finding = Schemas['Finding'];
type Cause = 'verdict' | 'log_silent' | 'log_clock' | 'log_rejects' | 'log_write' | 'log_disk' | 'log_search' | 'alert';

export function FindingDrawer({ id, onClose }: { id: number | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  const one = useQuery({
    ...api.queryOptions('get', '/api/v1/findings/{id}', { params: { path: { id: id ?? 0 } } }),
    enabled: id !== undefined,
    placeholderData: (old) => old,
  });
  const finding = one.data;
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      size={560}
      mask={false}
      title={finding ? `${finding.requirement} ${text(finding.control)}` : t('finding.title')}
    >
      {one.error ? (
        <ErrorState error={one.error} onRetry={() => void one.refetch()} />
      ) : finding ? (
        <Body finding={finding} />
      ) : (
        <Bones lines={10} />
      )}
    </Drawer>
  );
}

function Body({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const text = useText();
  const requirement = useQuery({ ...requirementQuery(finding.requirement), staleTime: Number.POSITIVE_INFINITY });
  return (
    <>
      <p className="strong">{text(finding.title)}</p>
      <p className="row wrap">
        <WordPill group="severity" code={finding.severity} />
        <WordPill group="finding" code={finding.state} />
        <WordPill group="verdict" code={finding.verdict} />
        {finding.major_hazard && <Pill tone="bad">{t('finding.hazard')}</Pill>}
      </p>
      {finding.detail && <p className="prewrap">{text(finding.detail)}</p>}
      {finding.cause !== 'verdict' && finding.cause !== 'alert' && <p className="sub small">{t('finding.byAlarm')}</p>}
      <Actions finding={finding} />
      <Tabs
        destroyOnHidden
        items={[
          { key: 'objects', label: t('finding.objectsN', { n: finding.objects.length }), children: <Objects finding={finding} /> },
          {
            key: 'requirement',
            label: t('cell.requirement'),
            children: requirement.data ? <RequirementDetails requirement={requirement.data} /> : <Bones lines={6} />,
          },
          { key: 'history', label: t('history.title'), children: <HistoryOf kind="finding" id={finding.id} /> },
        ]}
      />
    </>
  );
}

function Objects({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const { data: systems } = useQuery(systemsQuery());
  const assessment = systems?.items.find((s) => s.id === finding.system_id)?.assessment_id ?? null;
  return (
    <>
      <dl className="facts">
        <div>
          <dt>{t('field.system')}</dt>
          <dd>{finding.system_name}</dd>
        </div>
        <div>
          <dt>{t('finding.cause.title')}</dt>
          <dd>
            <Cause finding={finding} />
          </dd>
        </div>
        <div>
          <dt>{t('finding.firstSeen')}</dt>
          <dd className="num">{formatTime(finding.first_seen_at)}</dd>
        </div>
        <div>
          <dt>{t('finding.lastSeen')}</dt>
          <dd className="num">{formatTime(finding.last_seen_at)}</dd>
        </div>
        <div>
          <dt>{t('finding.task')}</dt>
          <dd>
            {finding.task_id === null ? (
              <span className="sub">{t('finding.noTask')}</span>
            ) : (
              <TaskLink finding={finding} task={finding.task_id} />
            )}
          </dd>
        </div>
      </dl>
      <table className="tbl">
        <thead>
          <tr>
            <th className="object-column">{t('finding.object')}</th>
            <th>{t('field.verdict')}</th>
            <th>{t('finding.detail')}</th>
          </tr>
        </thead>
        <tbody>
          {finding.objects.map((object) => (
            <tr key={object.asset_id}>
              <td>
                {assessment === null ? (
                  object.name
                ) : (
                  <Link href={paths.matrix(assessment, { q: finding.requirement, cell: `${finding.requirement}@${object.asset_id}` })}>
                    {object.name}
                  </Link>
                )}
              </td>
              <td>
                <WordPill group="verdict" code={object.verdict} />
              </td>
              <td className="prewrap">{object.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What it was born from, and where that is seen. */
function Cause({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const name = t(`finding.cause.${finding.cause as Cause}`);
  switch (finding.cause as Cause) {
    case 'verdict':
      return name;
    case 'alert':
      return finding.cause_id === null ? name : <Link href={paths.alerts({ id: finding.cause_id, state: 'all' })}>{name}</Link>;
    case 'log_write':
    case 'log_disk':
      return <Link href={paths.logStorage()}>{name}</Link>;
    case 'log_search':
      return <Link href={paths.logSchedules(finding.cause_id === null ? {} : { id: finding.cause_id })}>{name}</Link>;
    default:
      return <Link href={paths.logSources(finding.cause_id === null ? {} : { id: finding.cause_id })}>{name}</Link>;
  }
}

/** The task in its plan, where the system has one; else the list of plans. */
function TaskLink({ finding, task }: { finding: Finding; task: number }) {
  const { t } = useTranslation();
  const { data: plans } = api.useQuery('get', '/api/v1/plans');
  const plan = plans?.items.find((p) => p.system_name === finding.system_name);
  return <Link href={plan ? paths.plan(plan.id, { tab: 'tasks', task }) : paths.plans()}>{t('finding.taskN', { n: task })}</Link>;
}

function Actions({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<'accept' | 'reopen' | null>(null);
  const params = { params: { path: { id: finding.id } } };
  const options = { touches: ['findings', 'dashboard', 'plans'], done: t('common.saved'), onDone: () => setDialog(null) };
  const accept = useChange(
    (body: Schemas['FindingAccept']) => bodyOf(client.POST('/api/v1/findings/{id}/accept', { ...params, body })),
    options,
  );
  const reopen = useChange((body: Schemas['Reason']) => bodyOf(client.POST('/api/v1/findings/{id}/reopen', { ...params, body })), options);
  if (finding.allowed_actions.length === 0) return null;
  return (
    <div className="row">
      {finding.allowed_actions.includes('accept') && <Button onClick={() => setDialog('accept')}>{t('finding.accept')}</Button>}
      {finding.allowed_actions.includes('reopen') && <Button onClick={() => setDialog('reopen')}>{t('finding.reopen')}</Button>}
      <ReasonDialog
        open={dialog === 'accept'}
        title={t('finding.accept')}
        hint={t('finding.acceptHint')}
        danger
        busy={accept.isPending}
        onCancel={() => setDialog(null)}
        onSubmit={(v: Schemas['FindingAccept']) => accept.mutate(v)}
      >
        <Form.Item name="until" label={t('finding.until')} rules={[{ required: true, message: t('common.required') }]}>
          <DayField />
        </Form.Item>
      </ReasonDialog>
      <ReasonDialog
        open={dialog === 'reopen'}
        title={t('finding.reopen')}
        busy={reopen.isPending}
        onCancel={() => setDialog(null)}
        onSubmit={(v: Schemas['Reason']) => reopen.mutate(v)}
      />
    </div>
  );
}
