import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { barsOption, MARGIN, rangeOfBuckets } from '@/features/shared/buckets';
import { useFormat } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { palette } from '@/styles/theme';
import { DragRange } from '@/ui/DragRange';
import { usePreferences } from '@/ui/preferences';
import type { SetQueue } from './AlertsPage';
import { alertHistogramQuery } from './api';
import { type Queue, queryOf, SEVERITIES } from './queue';
import type { AlertBucket, AlertHistogram as Histogram } from './types';

const Chart = lazy(() => import('@/ui/Chart'));
const HEIGHT = 76;
const DAYS_MS = 14 * 86_400_000;
const QUARTER_MS = 900_000;

/** When they fired, by severity, over the last fortnight or what was chosen; a drag chooses a time. */
export function AlertHistogram({ queue, set }: { queue: Queue; set: SetQueue }) {
  const { t } = useTranslation();
  const [began] = useState(() => Math.ceil(Date.now() / QUARTER_MS) * QUARTER_MS);
  const from = queue.from ?? new Date(began - DAYS_MS).toISOString();
  const to = queue.to ?? new Date(began).toISOString();
  const { sort: _sort, grouped: _grouped, ...asked } = queryOf(queue);
  const { data, error } = useQuery({ ...alertHistogramQuery({ ...asked, from, to }), placeholderData: (before) => before });
  // The list is what matters; without bars it has more room.
  if (error) return null;
  return (
    <section className="card alert-histogram" aria-label={t('alert.histogram')}>
      {data ? <Bars data={data} onChoose={(range) => set(range)} /> : <div style={{ height: HEIGHT }} />}
    </section>
  );
}

function Bars({ data, onChoose }: { data: Histogram; onChoose: (range: { from: string; to: string }) => void }) {
  const { t } = useTranslation();
  const word = useWord();
  const { count } = useFormat();
  const { dark } = usePreferences();
  const option = useMemo(() => {
    const colors = (dark ? palette.dark : palette.light).severity;
    // The worst stand at the bottom, where bars are compared most easily.
    const series = SEVERITIES.map((severity) => ({
      name: word('alertSeverity', severity),
      color: colors[severity],
      value: (bucket: AlertBucket) => bucket[severity],
    }));
    return barsOption(data, series, dark, count);
  }, [data, dark, word, count]);
  const total = data.buckets.reduce((sum, bucket) => sum + SEVERITIES.reduce((n, severity) => n + bucket[severity], 0), 0);
  const choose = (first: number, last: number) => {
    const range = rangeOfBuckets(data, first, last);
    if (range) onChoose(range);
  };
  return (
    <DragRange count={data.buckets.length} margin={MARGIN} onChoose={choose}>
      <Suspense fallback={<div style={{ height: HEIGHT }} />}>
        <Chart option={option} height={HEIGHT} label={t('alert.histogramOf', { n: total })} />
      </Suspense>
    </DragRange>
  );
}
