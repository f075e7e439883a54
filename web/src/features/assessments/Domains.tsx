import { lazy, Suspense, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Link } from '@/features/shared/Link';
import { paths } from '@/features/shared/paths';
import { formatRate } from '@/i18n/format';
import { useWord } from '@/i18n/words';
import { FONT, palette } from '@/styles/theme';
import { Card } from '@/ui/Card';
import { usePreferences } from '@/ui/preferences';

const Chart = lazy(() => import('@/ui/Chart'));
type Props = { assessment: Schemas['Assessment']; detail: Schemas['ResultDetail'] };
const HEIGHT = 286;

/** The rate of each security class: the picture, and the figures as links into the matrix. */
export function Domains({ assessment, detail }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const { dark } = usePreferences();
  const { domains } = detail.result;
  const option = useMemo(() => {
    const p = dark ? palette.dark : palette.light;
    return {
      animation: false,
      textStyle: { color: p.sub, fontFamily: FONT },
      grid: { left: 4, right: 18, top: 8, bottom: 4, containLabel: true },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        backgroundColor: p.raised,
        borderColor: p.line,
        textStyle: { color: p.text, fontFamily: FONT },
        valueFormatter: (v: unknown) => (typeof v === 'number' ? formatRate(v / 100) : '—'),
      },
      xAxis: {
        type: 'value',
        min: 0,
        max: 100,
        interval: 20,
        axisLabel: { color: p.sub, formatter: '{value}%' },
        splitLine: { lineStyle: { color: p.line } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: domains.map((d) => word('domain', d.domain)),
        axisLabel: { color: p.text, fontFamily: FONT },
        axisLine: { lineStyle: { color: p.line } },
        axisTick: { show: false },
      },
      series: [
        {
          name: t('result.rate'),
          type: 'bar',
          barWidth: 12,
          itemStyle: { borderRadius: [0, 4, 4, 0] },
          data: domains.map((d) => ({
            value: d.rate === null ? null : d.rate * 100,
            itemStyle: { color: p.marks[d.rate === null || d.rate < 0.6 ? 'bad' : d.rate < 0.9 ? 'warn' : 'good'] },
          })),
        },
      ],
    };
  }, [domains, dark, t, word]);
  return (
    <Card className="area-domains" title={t('result.domains')}>
      <div className="domains">
        <Suspense fallback={<div style={{ height: HEIGHT }} />}>
          <Chart option={option} height={HEIGHT} label={t('result.domains')} />
        </Suspense>
        <ul className="plain domain-list">
          {domains.map((d) => (
            <li key={d.domain}>
              <Link href={paths.matrix(assessment.id, { domain: d.domain })} title={word('domain', d.domain)}>
                <span className="num">
                  {d.compliant} / {d.applicable}
                </span>
                <b className="num">{formatRate(d.rate)}</b>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
