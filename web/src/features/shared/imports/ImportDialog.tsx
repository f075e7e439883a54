import { DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Modal, Progress } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { useWord } from '@/i18n/words';
import { Bones } from '@/ui/states';
import { files } from '../paths';
import { ProblemAlert } from '../problems';
import { useInvalidate } from '../useChange';
import { FileDrop } from './FileDrop';
import { percentOf, writes } from './fates';
import { PreviewTable } from './PreviewTable';
import { cancelJob, jobQuery, type Kind, previewImport, saveRejects, startImport } from './queries';

const SHEETS = '.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Import from Excel: template, file, each row's fate, then the job with its progress. */
export function ImportDialog({ kind, open, onClose }: { kind: Kind; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const [file, setFile] = useState<File | null>(null);
  const preview = useMutation({ mutationFn: (chosen: File) => previewImport(kind, chosen) });
  const start = useMutation({ mutationFn: (chosen: File) => startImport(kind, chosen) });
  const rejects = useMutation({
    mutationFn: (chosen: File) => saveRejects(kind, chosen, t('import.rejectsName', { name: chosen.name.replace(/\.xlsx$/i, '') })),
  });
  const choose = (chosen: File) => {
    setFile(chosen);
    start.reset();
    preview.mutate(chosen);
  };
  const restart = () => {
    setFile(null);
    preview.reset();
    start.reset();
  };
  const plan = preview.data;
  const job = start.data;
  return (
    <Modal
      open={open}
      onCancel={onClose}
      afterClose={restart}
      width={860}
      title={t('import.title', { kind: word('recordKind', kind) })}
      footer={
        <div className="row">
          {file && !job && <Button onClick={restart}>{t('import.another')}</Button>}
          {file && plan && plan.reject > 0 && (
            <Button icon={<DownloadOutlined />} loading={rejects.isPending} onClick={() => rejects.mutate(file)}>
              {t('import.saveRejects', { n: plan.reject })}
            </Button>
          )}
          <span className="grow" />
          <Button onClick={onClose}>{t('common.close')}</Button>
          {file && plan && !job && (
            <Button type="primary" disabled={writes(plan) === 0} loading={start.isPending} onClick={() => start.mutate(file)}>
              {t('import.apply', { n: writes(plan) })}
            </Button>
          )}
        </div>
      }
    >
      <div className="import-steps">
        <ProblemAlert error={preview.error ?? start.error ?? rejects.error} />
        {!file && (
          <>
            <ol>
              <li>
                {t('import.stepTemplate')} <a href={files.template(kind)}>{t('import.template')}</a>
              </li>
              <li>{t('import.stepFill')}</li>
              <li>{t('import.stepChoose')}</li>
            </ol>
            <FileDrop label={t('import.choose')} hint={t('import.chooseHint')} accept={SHEETS} onFile={choose} />
          </>
        )}
        {file && preview.isPending && <Bones lines={5} />}
        {plan && !job && (
          <div>
            <p className="sub">{t('import.read', { file: plan.file_name, n: plan.total })}</p>
            <PreviewTable preview={plan} />
          </div>
        )}
        {job && <JobProgress started={job} kind={kind} />}
      </div>
    </Modal>
  );
}

function JobProgress({ started, kind }: { started: Schemas['Job']; kind: Kind }) {
  const { t } = useTranslation();
  const invalidate = useInvalidate();
  const { data = started, error } = useQuery({
    ...jobQuery(started.id),
    initialData: started,
    staleTime: 0,
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 400 : false),
  });
  const cancel = useMutation({ mutationFn: () => cancelJob(started.id) });
  const ended = data.state !== 'running';
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs once, when the job has ended
  useEffect(() => {
    if (ended) void invalidate(kind, 'dashboard', 'departments', 'people');
  }, [ended]);
  const counts = data.result;
  return (
    <div aria-live="polite">
      <ProblemAlert error={error} />
      <Progress
        percent={data.state === 'done' ? 100 : percentOf(data)}
        status={data.state === 'failed' ? 'exception' : ended ? 'normal' : 'active'}
        aria-label={t('import.progress')}
      />
      <div className="row">
        <span className="num">{t('import.done', { done: data.done, total: data.total })}</span>
        <span className="grow" />
        {!ended && (
          <Button className="danger-text" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            {t('import.cancel')}
          </Button>
        )}
      </div>
      {data.state === 'done' && counts && <Alert type="success" showIcon title={t('import.result', { ...counts })} />}
      {data.state === 'cancelled' && <Alert type="warning" showIcon title={t('import.cancelled')} />}
      {data.state === 'failed' && <Alert type="error" showIcon title={data.problem?.title ?? t('problem.unknown')} />}
    </div>
  );
}
