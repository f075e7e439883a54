import { formatSecond } from '@/i18n/format';
import { FONT, palette } from '@/styles/theme';

/** Bars over time: each begins at its `at` and is so many seconds wide. */
export type Buckets<B extends { at: string }> = { buckets: readonly B[]; seconds: number };
/** One colour of the bars: what it counts. */
export type BarSeries<B> = { name: string; color: string; value: (bucket: B) => number };

/** The room beside the bars, in pixels: fixed, so that a place in the picture tells its bar. */
export const MARGIN = { left: 52, right: 12 } as const;
const DAY = 86_400;
const HALF_HOUR = 1800;
const MANY = 40;

/** The time of a bar, as short as its width allows. */
export function tickOf(at: string, seconds: number): string {
  const text = formatSecond(at);
  if (seconds >= DAY) return text.slice(5, 10);
  if (seconds >= HALF_HOUR) return text.slice(5, 16);
  return seconds < 60 ? text.slice(11) : text.slice(11, 16);
}

/** From the beginning of one bar to the end of another. */
export function rangeOfBuckets<B extends { at: string }>(
  { buckets, seconds }: Buckets<B>,
  first: number,
  last: number,
): { from: string; to: string } | null {
  const [from, to] = [buckets[Math.min(first, last)], buckets[Math.max(first, last)]];
  if (!from || !to) return null;
  return { from: new Date(from.at).toISOString(), to: new Date(Date.parse(to.at) + seconds * 1000).toISOString() };
}

const dotted = (p: { line: string }) => ({ lineStyle: { color: p.line } });

/** Stacked bars over time, with a tip that says in words what a bar holds. */
export function barsOption<B extends { at: string }>(
  { buckets, seconds }: Buckets<B>,
  series: readonly BarSeries<B>[],
  dark: boolean,
  count: (n: number) => string,
) {
  const p = dark ? palette.dark : palette.light;
  return {
    animation: false,
    textStyle: { color: p.sub, fontFamily: FONT },
    grid: { ...MARGIN, top: 8, bottom: 20 },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      backgroundColor: p.raised,
      borderColor: p.line,
      textStyle: { color: p.text, fontFamily: FONT, fontSize: 12 },
      formatter: (shown: readonly { dataIndex: number }[]) => {
        const bucket = buckets[shown[0]?.dataIndex ?? -1];
        if (!bucket) return '';
        const lines = series.map((one) => `${one.name} ${count(one.value(bucket))}`);
        return [spanOf(bucket.at, seconds), ...lines].join('\n');
      },
    },
    xAxis: {
      type: 'category',
      data: buckets.map((bucket) => tickOf(bucket.at, seconds)),
      axisLine: dotted(p),
      axisTick: { show: false },
      axisLabel: { color: p.sub, fontFamily: FONT, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 2,
      minInterval: 1,
      axisLabel: { color: p.sub, fontSize: 11, formatter: count },
      splitLine: dotted(p),
    },
    series: series.map(({ name, color, value }) => ({
      name,
      type: 'bar',
      stack: 'bars',
      barCategoryGap: buckets.length > MANY ? 1 : '18%',
      itemStyle: { color },
      data: buckets.map(value),
    })),
  };
}

function spanOf(at: string, seconds: number): string {
  const end = new Date(Date.parse(at) + seconds * 1000).toISOString();
  return `${formatSecond(at)} – ${formatSecond(end).slice(11)}`;
}
