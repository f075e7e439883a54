import { ArrowLeftOutlined, DownloadOutlined, ReloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bodyOf, client, type Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { files, paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { useWord } from '@/i18n/words';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones } from '@/ui/states';
import { NumberDialog } from './NumberDialog';
import { PlanOverview } from './PlanOverview';
import { planQuery, TOUCHES } from './queries';
import { TaskDrawer } from './TaskDrawer';
import { TaskTable } from './TaskTable';

const PlanGantt = lazy(async () => ({ default: (await import('./PlanGantt')).PlanGantt }));
const TABS = ['overview', 'tasks', 'gantt'] as const;

export function PlanPage() {
  const id = numberOf((useParams({ strict: false }) as { id?: string }).id) ?? 0;
  const { t } = useTranslation();
  const [search, set] = useSearchState();
  const { data: plan, error, refetch } = useQuery(planQuery(id));
  const tab = TABS.find((x) => x === search.tab) ?? 'overview';
  const task = plan?.tasks.find((k) => k.id === numberOf(search.task));
  return (
    <div className="page">
      <Head plan={plan} />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : plan ? (
        <>
          <Tabs
            activeKey={tab}
            onChange={(key) => set({ tab: key === 'overview' ? undefined : key })}
            items={TABS.map((key) => ({ key, label: t(`plan.tab.${key}`) }))}
          />
          {tab === 'overview' ? (
            <PlanOverview plan={plan} />
          ) : tab === 'tasks' ? (
            <TaskTable plan={plan} />
          ) : (
            <Suspense fallback={<Bones lines={12} />}>
              <PlanGantt plan={plan} onOpen={(k) => set({ task: String(k) })} />
            </Suspense>
          )}
          <TaskDrawer plan={plan} task={task} onClose={() => set({ task: undefined })} />
        </>
      ) : (
        <div className="card fill">
          <Bones lines={12} />
        </div>
      )}
    </div>
  );
}

function Head({ plan }: { plan: Schemas['Plan'] | undefined }) {
  const { t } = useTranslation();
  const word = useWord();
  const may = useMay();
  const [approving, setApproving] = useState(false);
  const [numbering, setNumbering] = useState(false);
  const path = { params: { path: { id: plan?.id ?? 0 } } };
  const approve = useChange((reason: string) => bodyOf(client.POST('/api/v1/plans/{id}/approve', { ...path, body: { reason } })), {
    touches: TOUCHES,
    done: t('plan.approvedDone'),
    onDone: () => setApproving(false),
  });
  const refresh = useChange(() => bodyOf(client.POST('/api/v1/plans/{id}/refresh', path)), { touches: TOUCHES, done: t('plan.refreshed') });
  return (
    <PageHead
      before={
        <Link href={paths.plans()} label={t('plan.back')}>
          <ArrowLeftOutlined aria-hidden />
        </Link>
      }
      title={plan?.title ?? t('nav.plans')}
      note={[plan?.number, plan?.system_name].filter(Boolean).join(' · ')}
    >
      {plan && (
        <>
          <Pill tone={plan.state === 'approved' ? 'good' : 'info'}>{word('planState', plan.state)}</Pill>
          {may('plan.write') && (
            <Button icon={<ReloadOutlined aria-hidden />} loading={refresh.isPending} onClick={() => refresh.mutate(undefined)}>
              {t('plan.refresh')}
            </Button>
          )}
          {plan.allowed_actions.includes('number') && <Button onClick={() => setNumbering(true)}>{t('plan.number')}</Button>}
          <NumberDialog plan={plan} open={numbering} onClose={() => setNumbering(false)} />
          {may('report.export') && (
            <>
              <Button icon={<DownloadOutlined aria-hidden />} href={files.plan(plan.id)} download>
                {t('plan.word')}
              </Button>
              <Button icon={<DownloadOutlined aria-hidden />} href={files.items(plan.assessment_id)} download>
                {t('matrix.export')}
              </Button>
            </>
          )}
          {may('plan.approve') && plan.state === 'draft' && (
            <Button type="primary" onClick={() => setApproving(true)}>
              {t('plan.approve')}
            </Button>
          )}
          <ReasonDialog
            open={approving}
            title={t('plan.approve')}
            hint={t('plan.approveHint')}
            busy={approve.isPending}
            onCancel={() => setApproving(false)}
            onSubmit={({ reason }: { reason: string }) => approve.mutate(reason)}
          />
        </>
      )}
    </PageHead>
  );
}
