import { barsOption } from '@/features/shared/buckets';
import { palette } from '@/styles/theme';
import type { LogBucket, LogHistogram } from './types';

type Words = { passed: string; failed: string; count: (n: number) => string };

/** Bars of all events, those that failed on top. */
export function histogramOption(histogram: LogHistogram, dark: boolean, { passed, failed, count }: Words) {
  const p = dark ? palette.dark : palette.light;
  const series = [
    { name: passed, color: p.series[0], value: (bucket: LogBucket) => bucket.events - bucket.failures },
    { name: failed, color: p.marks.bad, value: (bucket: LogBucket) => bucket.failures },
  ];
  return barsOption(histogram, series, dark, count);
}
