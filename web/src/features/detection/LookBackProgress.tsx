import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, client } from '@/api/client';
import { useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { useBareProblemText } from '@/features/shared/problems';
import { useInvalidate } from '@/features/shared/useChange';
import { formatRate, useFormat } from '@/i18n/format';
import { Meter } from '@/ui/Meter';
import { jobQuery } from './api';

const POLL_MS = 1000;

/** A look back on its way: how far it is, what became of it. */
export function LookBackProgress({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const go = useGo();
  const text = useBareProblemText();
  const { count } = useFormat();
  const invalidate = useInvalidate();
  const { data: job, error } = useQuery({
    ...jobQuery(id),
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.state === 'running' ? POLL_MS : false),
  });
  const cancel = useMutation({ mutationFn: () => client.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } }) });
  const ended = job !== undefined && job.state !== 'running';
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the job has ended
  useEffect(() => {
    if (ended) void invalidate('alerts', 'detection', 'indicators');
  }, [ended]);
  const close = (
    <Button size="small" onClick={onClose}>
      {t('common.close')}
    </Button>
  );
  if (error) return <Alert className="page-note" type="error" showIcon role="alert" title={text(error)} action={close} />;
  if (!job) return null;
  if (job.state === 'running') {
    const share = job.total > 0 ? job.done / job.total : 0;
    return (
      <div className="card look-back" role="status">
        <b className="nowrap">{t('detection.lookingBack')}</b>
        <Meter value={share} tone="info" label={formatRate(share, 0)} />
        <span className="num sub nowrap">
          {count(job.done)} / {count(job.total)} · {formatRate(share, 0)}
        </span>
        <Button size="small" className="danger-text" loading={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
          {t('common.cancel')}
        </Button>
      </div>
    );
  }
  if (job.state === 'done')
    return (
      <Alert
        className="page-note"
        type="success"
        showIcon
        role="status"
        title={t('detection.lookedBack', { n: count(job.done) })}
        action={
          <span className="row">
            <Button size="small" onClick={() => go(paths.alerts())}>
              {t('detection.toAlerts')}
            </Button>
            {close}
          </span>
        }
      />
    );
  if (job.state === 'cancelled')
    return <Alert className="page-note" type="warning" showIcon role="status" title={t('detection.lookBackCancelled')} action={close} />;
  const problem = job.problem ? new ApiError(job.problem.slug, job.problem.status, job.problem.title) : null;
  return <Alert className="page-note" type="error" showIcon role="alert" title={text(problem)} action={close} />;
}
