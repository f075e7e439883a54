import type { AlertLearned } from './types';

type Volume = NonNullable<AlertLearned['volume']>;
type Bar = { x: number; y: number; width: number; height: number; at: string; value: number; isNow: boolean };

/** How warm an hour is: 0 never, 4 on nearly every day. */
export function heatOf(days: number, ofDays: number): 0 | 1 | 2 | 3 | 4 {
  if (days <= 0 || ofDays <= 0) return 0;
  const share = days / ofDays;
  return share < 0.1 ? 1 : share < 0.4 ? 2 : share < 0.75 ? 3 : 4;
}

/** The days before and the one at hand as bars of a drawing, and how high the limit stands there. */
export function barsOf({ history, value, limit }: Volume, day: string, width: number, height: number): { bars: Bar[]; limitAt: number } {
  const all = [...history.map((one) => ({ at: one.day, value: one.value, isNow: false })), { at: day, value, isNow: true }];
  const top = Math.max(limit, ...all.map((one) => one.value), 1);
  const up = (of: number) => (of / top) * (height - 2);
  const step = width / all.length;
  const bars = all.map((one, i) => {
    const tall = one.value > 0 ? Math.max(1, up(one.value)) : 0;
    return { ...one, x: i * step, y: height - tall, width: Math.max(1, step - Math.min(2, step / 4)), height: tall };
  });
  return { bars, limitAt: height - up(limit) };
}
