import { expect, test } from 'vitest';
import { barsOf, heatOf } from './usual';

test('an hour is as warm as it was often', () => {
  expect([heatOf(0, 30), heatOf(1, 30), heatOf(9, 30), heatOf(20, 30), heatOf(30, 30), heatOf(3, 0)]).toEqual([0, 1, 2, 3, 4, 0]);
});

test('the day at hand stands last, and above the limit', () => {
  const volume = {
    per: 'day',
    sum: null,
    value: 400,
    limit: 200,
    median: 100,
    deviation: 0,
    history: [
      { day: '2026-11-01', value: 100 },
      { day: '2026-11-02', value: 0 },
    ],
  };
  const { bars, limitAt } = barsOf(volume, '2026-11-03', 300, 102);
  expect(bars.map((bar) => [bar.at, bar.x, bar.height, bar.isNow])).toEqual([
    ['2026-11-01', 0, 25, false],
    ['2026-11-02', 100, 0, false],
    ['2026-11-03', 200, 100, true],
  ]);
  expect(limitAt).toBe(52);
});
