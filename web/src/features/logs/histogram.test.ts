import { expect, it } from 'vitest';
import { rangeOfBuckets, tickOf } from '@/features/shared/buckets';
import { histogramOption } from './histogram';

const HISTOGRAM = {
  seconds: 3600,
  total: 30,
  exact: true,
  buckets: [
    { at: '2026-11-23T00:00:00Z', events: 10, failures: 2 },
    { at: '2026-11-23T01:00:00Z', events: 20, failures: 0 },
  ],
};
const WORDS = { passed: '其他', failed: '失败', count: String };

it('stacks failures on the rest, so that the height is all events', () => {
  const { series, xAxis } = histogramOption(HISTOGRAM, false, WORDS);
  expect(series.map((one) => one.data)).toEqual([
    [8, 20],
    [2, 0],
  ]);
  expect(new Set(series.map((one) => one.stack)).size).toBe(1);
  expect(xAxis.data).toEqual(['11-23 08:00', '11-23 09:00']);
});

it('says in words what a bar holds', () => {
  const { tooltip } = histogramOption(HISTOGRAM, true, WORDS);
  expect(tooltip.formatter([{ dataIndex: 0 }])).toBe('2026-11-23 08:00:00 – 09:00:00\n其他 8\n失败 2');
  expect(tooltip.formatter([])).toBe('');
});

it('draws a range from bars, dragged in either direction', () => {
  const whole = { from: '2026-11-23T00:00:00.000Z', to: '2026-11-23T02:00:00.000Z' };
  expect([rangeOfBuckets(HISTOGRAM, 0, 1), rangeOfBuckets(HISTOGRAM, 1, 0)]).toEqual([whole, whole]);
  expect(rangeOfBuckets(HISTOGRAM, 0, 9)).toBeNull();
});

it('names bars as finely as they are wide', () => {
  expect([5, 60, 3600, 14_400, 86_400].map((seconds) => tickOf('2026-11-23T00:00:05Z', seconds))).toEqual([
    '08:00:05',
    '08:00',
    '11-23 08:00',
    '11-23 08:00',
    '11-23',
  ]);
});
