import { RadarChartOutlined, UploadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { Link, useGo } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { ErrorState } from '@/features/shared/problems';
import { numberOf, useSearchState } from '@/features/shared/search';
import { useMay } from '@/features/shared/session';
import { formatTime } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { PageHead } from '@/ui/PageHead';
import { Pill } from '@/ui/Pill';
import { Bones, EmptyState } from '@/ui/states';
import { RangesCard } from './RangesCard';
import { ScanProgress } from './ScanProgress';
import './discovery.css';

const ScanUpload = lazy(async () => ({ default: (await import('./ScanUpload')).ScanUpload }));
const ScanDialog = lazy(async () => ({ default: (await import('./ScanDialog')).ScanDialog }));
type Discovery = Schemas['DiscoverySummary'];
const keyOf = (one: Discovery) => one.id;

/** What scans saw of the network, and where scanning is allowed. */
export function DiscoveriesPage() {
  const { t } = useTranslation();
  const may = useMay();
  const go = useGo();
  const [search, set] = useSearchState();
  const [asking, setAsking] = useState<'upload' | 'run' | null>(null);
  const list = api.useQuery('get', '/api/v1/discoveries');
  const ranges = api.useQuery('get', '/api/v1/scan-ranges');
  const columns = useColumns();
  const job = numberOf(search.job);
  const mayScan = ranges.data?.items.some((range) => range.in_force) ?? false;
  const blocked = mayScan ? {} : { disabled: true, title: t('discovery.needsRange') };
  return (
    <div className="page">
      <PageHead title={t('nav.discovery')} note={list.data && t('common.total', { n: list.data.total })}>
        {may('inspection.run') && (
          <>
            <Button icon={<UploadOutlined aria-hidden />} onClick={() => setAsking('upload')} {...blocked}>
              {t('discovery.upload')}
            </Button>
            <Button type="primary" icon={<RadarChartOutlined aria-hidden />} onClick={() => setAsking('run')} {...blocked}>
              {t('discovery.run')}
            </Button>
          </>
        )}
      </PageHead>
      {job !== undefined && <ScanProgress id={job} onClose={() => set({ job: undefined })} />}
      <div className="discovery-columns">
        <div className="card fill">
          {list.error ? (
            <ErrorState error={list.error} onRetry={() => void list.refetch()} />
          ) : list.isPending ? (
            <Bones lines={10} />
          ) : list.data.items.length === 0 ? (
            <FirstSteps step={mayScan ? 2 : 1} />
          ) : (
            <DataGrid
              label={t('nav.discovery')}
              columns={columns}
              count={list.data.items.length}
              rowAt={(i) => list.data.items[i]}
              rowKey={keyOf}
              onOpen={(one) => go(paths.discovery(one.id))}
            />
          )}
        </div>
        <RangesCard ranges={ranges} />
      </div>
      <Suspense fallback={null}>
        {asking === 'upload' && <ScanUpload ranges={ranges.data?.items ?? []} onClose={() => setAsking(null)} />}
        {asking === 'run' && (
          <ScanDialog
            ranges={ranges.data?.items ?? []}
            onClose={() => setAsking(null)}
            onStarted={(id) => {
              setAsking(null);
              set({ job: String(id) });
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

/** What to do on an installation that never scanned. */
function FirstSteps({ step }: { step: 1 | 2 }) {
  const { t } = useTranslation();
  return (
    <div className="first-steps">
      <EmptyState title={t('discovery.none')} hint={t('discovery.noneHint')} />
      <ol>
        {([1, 2, 3] as const).map((n) => (
          <li key={n} {...(n === step ? { 'aria-current': 'step' as const } : {})}>
            {t(`discovery.step${n}`)}
          </li>
        ))}
      </ol>
    </div>
  );
}

function useColumns(): GridColumn<Discovery>[] {
  const { t } = useTranslation();
  const word = useWord();
  return useMemo(
    () => [
      {
        key: 'at',
        title: t('discovery.scannedAt'),
        width: 150,
        fixed: true,
        render: (one) => (
          <Link href={paths.discovery(one.id)} className="num">
            {formatTime(one.scanned_at)}
          </Link>
        ),
      },
      {
        key: 'source',
        title: t('discovery.source'),
        width: 90,
        render: (one) => <Pill tone={one.source === 'run' ? 'accent' : 'info'}>{word('discoverySource', one.source)}</Pill>,
      },
      { key: 'scanner', title: t('discovery.scanner'), width: 130, grow: true, render: (one) => one.scanner },
      { key: 'hosts', title: t('discovery.hosts'), width: 84, align: 'end', render: (one) => one.hosts },
      {
        key: 'rejected',
        title: t('discovery.rejected'),
        width: 84,
        align: 'end',
        render: (one) => (one.rejected ? <span title={t('discovery.rejectedHint', { n: one.rejected })}>{one.rejected}</span> : '—'),
      },
      { key: 'by', title: t('discovery.by'), width: 110, render: (one) => one.by },
    ],
    [t, word],
  );
}
