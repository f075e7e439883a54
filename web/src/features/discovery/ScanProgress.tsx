import { CloseOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, api, client } from '@/api/client';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useBareProblemText, useHelpText } from '@/features/shared/problems';
import { useInvalidate } from '@/features/shared/useChange';

const POLL_MS = 1000;

/** A scan on its way, what became of it, and where its result is. */
export function ScanProgress({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const text = useBareProblemText();
  const help = useHelpText();
  const invalidate = useInvalidate();
  const { data: job, error } = useQuery({
    ...api.queryOptions('get', '/api/v1/jobs/{id}', { params: { path: { id } } }),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.state === 'running' ? POLL_MS : false),
  });
  const list = useQuery({ ...api.queryOptions('get', '/api/v1/discoveries'), enabled: job?.state === 'done' });
  const cancel = useMutation({ mutationFn: () => client.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } }) });
  const ended = job !== undefined && job.state !== 'running';
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the job has ended
  useEffect(() => {
    if (ended) void invalidate('discoveries');
  }, [ended]);
  const close = <Button type="text" size="small" aria-label={t('common.close')} icon={<CloseOutlined aria-hidden />} onClick={onClose} />;
  if (error) return <Alert className="scan-progress" type="error" showIcon role="alert" title={text(error)} action={close} />;
  if (!job) return null;
  if (job.state === 'running')
    return (
      <div className="card scan-progress running" role="status">
        <i className="sweep" aria-hidden="true" />
        <span className="grow">{t('discovery.running')}</span>
        <Button size="small" className="danger-text" loading={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
          {t('discovery.cancel')}
        </Button>
      </div>
    );
  if (job.state === 'done') {
    const { created = 0, unchanged = 0, rejected = 0 } = job.result ?? {};
    const newest = list.data?.items.find((one) => one.source === 'run');
    return (
      <Alert
        className="scan-progress"
        type="success"
        showIcon
        role="status"
        title={t(rejected ? 'discovery.doneRejected' : 'discovery.done', { hosts: created + unchanged, unknown: created, rejected })}
        action={
          <span className="row">
            {newest && (
              <Button size="small" onClick={() => go(paths.discovery(newest.id))}>
                {t('discovery.open')}
              </Button>
            )}
            {close}
          </span>
        }
      />
    );
  }
  if (job.state === 'cancelled')
    return <Alert className="scan-progress" type="warning" showIcon role="status" title={t('discovery.cancelled')} action={close} />;
  const problem = job.problem ? new ApiError(job.problem.slug, job.problem.status, job.problem.title) : null;
  return (
    <Alert
      className="scan-progress"
      type="error"
      showIcon
      role="alert"
      title={text(problem)}
      {...(help(problem) ? { description: help(problem) } : {})}
      action={close}
    />
  );
}
