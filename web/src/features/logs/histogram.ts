import { formatSecond } from '@/i18n/format';
import { FONT, palette } from '@/styles/theme';
import type { LogBucket, LogHistogram } from './types';
import type { TimeRange } from './view';

/** The room beside the bars, in pixels: fixed, so that a place in the picture tells its bar. */
export const MARGIN = { left: 52, right: 12 } as const;
const DAY = 86_400;
const HALF_HOUR = 1800;

/** The time of a bar, as short as its width allows. */
export function tickOf(at: string, seconds: number): string {
  const text = formatSecond(at);
  if (seconds >= DAY) return text.slice(5, 10);
  if (seconds >= HALF_HOUR) return text.slice(5, 16);
  return seconds < 60 ? text.slice(11) : text.slice(11, 16);
}

/** From the beginning of one bar to the end of another. */
export function rangeOfBuckets(
  { buckets, seconds }: Pick<LogHistogram, 'buckets' | 'seconds'>,
  first: number,
  last: number,
): TimeRange | null {
  const [from, to] = [buckets[Math.min(first, last)], buckets[Math.max(first, last)]];
  if (!from || !to) return null;
  return { from: new Date(from.at).toISOString(), to: new Date(Date.parse(to.at) + seconds * 1000).toISOString() };
}

type Words = { passed: string; failed: string; count: (n: number) => string };
const dotted = (p: { line: string }) => ({ lineStyle: { color: p.line } });

/** Bars of all events, those that failed on top. */
export function histogramOption(histogram: LogHistogram, dark: boolean, words: Words) {
  const p = dark ? palette.dark : palette.light;
  const { buckets, seconds } = histogram;
  const bars = (name: string, color: string, value: (bucket: LogBucket) => number) => ({
    name,
    type: 'bar',
    stack: 'events',
    barCategoryGap: buckets.length > 40 ? 1 : '18%',
    itemStyle: { color },
    data: buckets.map(value),
  });
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
        return bucket ? tipOf(bucket, seconds, words) : '';
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
      axisLabel: { color: p.sub, fontSize: 11, formatter: words.count },
      splitLine: dotted(p),
    },
    series: [
      bars(words.passed, p.series[0], (bucket) => bucket.events - bucket.failures),
      bars(words.failed, p.marks.bad, (bucket) => bucket.failures),
    ],
  };
}

function tipOf(bucket: LogBucket, seconds: number, words: Words): string {
  const end = new Date(Date.parse(bucket.at) + seconds * 1000).toISOString();
  const time = `${formatSecond(bucket.at)} – ${formatSecond(end).slice(11)}`;
  return `${time}\n${words.passed} ${words.count(bucket.events - bucket.failures)}\n${words.failed} ${words.count(bucket.failures)}`;
}
