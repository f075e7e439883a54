import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { formatRate } from '@/i18n/format';
import { Card } from '@/ui/Card';
import { EmptyState } from '@/ui/states';
import { TrendLine } from '@/ui/TrendLine';

/** The rate of each system over time, with the two thresholds. */
export function ResultTrend({ systems }: { systems: readonly Schemas['DashboardSystem'][] }) {
  const { t } = useTranslation();
  const series = useMemo(
    () =>
      systems
        .filter((s) => s.trend.length > 0)
        .slice(0, 6)
        .map((s) => ({ name: s.name, points: s.trend.map((p) => ({ on: p.on, value: p.rate })) })),
    [systems],
  );
  const marks = [
    { at: 0.6, label: t('overview.mark60') },
    { at: 0.9, label: t('overview.mark90') },
  ];
  return (
    <Card className="area-trend" title={t('overview.trend')}>
      {series.length === 0 ? (
        <EmptyState title={t('overview.noTrend')} hint={t('overview.noTrendHint')} />
      ) : (
        <TrendLine
          series={series}
          marks={marks}
          label={t('overview.trend')}
          format={(v) => formatRate(v, 0)}
          height={window.innerHeight >= 1000 ? 330 : 250}
        />
      )}
    </Card>
  );
}
