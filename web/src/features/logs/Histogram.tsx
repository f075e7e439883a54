import { ZoomOutOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { MARGIN, rangeOfBuckets } from '@/features/shared/buckets';
import { useFormat } from '@/i18n/format';
import { DragRange } from '@/ui/DragRange';
import { usePreferences } from '@/ui/preferences';
import { histogramQuery } from './api';
import { histogramOption } from './histogram';
import type { LogHistogram } from './types';
import type { LogSearchState } from './useLogSearch';
import { rangePatch, wallTime, widened } from './view';

const Chart = lazy(() => import('@/ui/Chart'));
const HEIGHT = 100;

/** How many events there were when; a click or a drag chooses the time. */
export function Histogram({ search }: { search: LogSearchState }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { asked, mistake, now, ask } = search;
  const { data } = useQuery({ ...histogramQuery(asked), enabled: mistake === null, placeholderData: (before) => before });
  const failures = data?.buckets.reduce((sum, bucket) => sum + bucket.failures, 0) ?? 0;
  return (
    <section className="card log-histogram" aria-label={t('log.histogram')}>
      <div className="row small">
        <span className="sub num">
          {wallTime(asked.from)} – {wallTime(asked.to)}
        </span>
        <span className="grow" />
        <span className="legend passed">{t('log.others')}</span>
        <span className="legend failed">
          {t('log.failed')} {data && <span className="num">{count(failures)}</span>}
        </span>
        <Button
          size="small"
          type="text"
          icon={<ZoomOutOutlined aria-hidden />}
          title={t('log.zoomOut')}
          aria-label={t('log.zoomOut')}
          onClick={() => ask(rangePatch(widened(asked, now)))}
        />
      </div>
      {data ? <Bars data={data} onChoose={(range) => ask(rangePatch(range))} /> : <div style={{ height: HEIGHT }} />}
    </section>
  );
}

function Bars({ data, onChoose }: { data: LogHistogram; onChoose: (range: { from: string; to: string }) => void }) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const { dark } = usePreferences();
  const option = useMemo(
    () => histogramOption(data, dark, { passed: t('log.others'), failed: t('log.failed'), count }),
    [data, dark, t, count],
  );
  const choose = (first: number, last: number) => {
    const range = rangeOfBuckets(data, first, last);
    if (range) onChoose(range);
  };
  return (
    <DragRange count={data.buckets.length} margin={MARGIN} onChoose={choose}>
      <Suspense fallback={<div style={{ height: HEIGHT }} />}>
        <Chart option={option} height={HEIGHT} label={t('log.histogramOf', { n: data.total })} />
      </Suspense>
    </DragRange>
  );
}
