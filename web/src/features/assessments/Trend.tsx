import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { marksOf } from '@/features/shared/domain';
import { ErrorState } from '@/features/shared/problems';
import { formatRate } from '@/i18n/format';
import { Card } from '@/ui/Card';
import { Bones, EmptyState } from '@/ui/states';
import { TrendLine } from '@/ui/TrendLine';
import { trendQuery } from './queries';

/** How the result moved. */
export function Trend({ assessment }: { assessment: Schemas['Assessment'] }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(trendQuery(assessment.id));
  const byRate = assessment.template === '2025';
  const series = useMemo(
    () => [
      {
        name: t(byRate ? 'result.rate' : 'result.score'),
        points: (data ?? []).map((p) => ({ on: p.on, value: byRate ? p.rate : p.score === null ? null : p.score / 100 })),
      },
    ],
    [data, byRate, t],
  );
  return (
    <Card className="area-trend" title={t('result.trend')}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Bones lines={5} />
      ) : data.length < 2 ? (
        <EmptyState title={t('overview.noTrend')} hint={t('overview.noTrendHint')} />
      ) : (
        <TrendLine
          series={series}
          marks={marksOf(assessment.template)}
          label={t('result.trend')}
          format={(v) => (byRate ? formatRate(v, 0) : (v * 100).toFixed(0))}
          height={230}
        />
      )}
    </Card>
  );
}
