import { ArrowLeftOutlined, DownloadOutlined, SettingOutlined, TableOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, type Schemas } from '@/api/client';
import { gradeText } from '@/features/shared/domain';
import { Link, useGo } from '@/features/shared/Link';
import { assessmentQuery } from '@/features/shared/lists';
import { files, paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { ReasonDialog } from '@/features/shared/ReasonDialog';
import { numberOf } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { useChange } from '@/features/shared/useChange';
import { useWord } from '@/i18n/words';
import { PageHead } from '@/ui/PageHead';
import { Bones } from '@/ui/states';
import { Costs } from './Costs';
import { Domains } from './Domains';
import { Hazards } from './Hazards';
import { resultQuery, TOUCHES } from './queries';
import { Summary } from './Summary';
import { Thresholds } from './Thresholds';
import { Trend } from './Trend';
import './result.css';

const SettingsDrawer = lazy(async () => ({ default: (await import('./SettingsDrawer')).SettingsDrawer }));

export function ResultPage() {
  const { t } = useTranslation();
  const id = numberOf((useParams({ strict: false }) as { id?: string }).id) ?? 0;
  const assessment = useQuery(assessmentQuery(id));
  const result = useQuery(resultQuery(id));
  const error = assessment.error ?? result.error;
  const a = assessment.data;
  if (error)
    return (
      <>
        <Head assessment={a} />
        <ErrorState
          error={error}
          onRetry={() => {
            void assessment.refetch();
            void result.refetch();
          }}
        />
      </>
    );
  return (
    <>
      <Head assessment={a} />
      {a && result.data ? (
        <div className="result">
          <Summary assessment={a} detail={result.data} />
          <Thresholds assessment={a} detail={result.data} />
          <Domains assessment={a} detail={result.data} />
          <Hazards assessment={a} />
          <Costs assessment={a} detail={result.data} />
          <Trend assessment={a} />
        </div>
      ) : (
        <div className="card">
          <Bones lines={12} />
        </div>
      )}
      {!a && <span className="visually-hidden">{t('common.loading')}</span>}
    </>
  );
}

function Head({ assessment: a }: { assessment: Schemas['Assessment'] | undefined }) {
  const { t } = useTranslation();
  const word = useWord();
  const may = useMay();
  const go = useGo();
  const [settings, setSettings] = useState(false);
  const [closing, setClosing] = useState(false);
  const close = useChange(
    (reason: string) => client.POST('/api/v1/assessments/{id}/close', { params: { path: { id: a?.id ?? 0 } }, body: { reason } }),
    {
      touches: TOUCHES,
      done: t('assessment.closedDone'),
      onDone: () => setClosing(false),
    },
  );
  return (
    <PageHead
      before={
        <Link href={paths.assessments()} label={t('assessment.back')}>
          <ArrowLeftOutlined aria-hidden />
        </Link>
      }
      title={a?.system_name ?? t('assessment.result')}
      note={
        a &&
        `${a.name} · ${gradeText(a.grade)} · ${word('template', a.template)}${a.state === 'closed' ? ` · ${word('assessmentState', 'closed')}` : ''}`
      }
    >
      {a && (
        <>
          <Button type="primary" icon={<TableOutlined aria-hidden />} onClick={() => go(paths.matrix(a.id))}>
            {t('matrix.title')}
          </Button>
          {may('report.export') && (
            <>
              <Button icon={<DownloadOutlined aria-hidden />} href={files.gap(a.id)} download>
                {t('assessment.gapReport')}
              </Button>
              <Button icon={<DownloadOutlined aria-hidden />} href={files.items(a.id)} download>
                {t('matrix.export')}
              </Button>
            </>
          )}
          {may('assessment.judge') && (
            <Button icon={<SettingOutlined aria-hidden />} onClick={() => setSettings(true)}>
              {t('assessment.settings')}
            </Button>
          )}
          {may('assessment.judge') && a.state === 'open' && <Button onClick={() => setClosing(true)}>{t('assessment.close')}</Button>}
          <ReasonDialog
            open={closing}
            title={t('assessment.close')}
            hint={t('assessment.closeHint')}
            busy={close.isPending}
            onCancel={() => setClosing(false)}
            onSubmit={({ reason }: { reason: string }) => close.mutate(reason)}
          />
          {settings && (
            <Suspense fallback={null}>
              <SettingsDrawer assessment={a} onClose={() => setSettings(false)} />
            </Suspense>
          )}
        </>
      )}
    </PageHead>
  );
}
