import { expect, it } from 'vitest';
import { axisOf } from './axis';

it('spans all tasks and today, and names each month once', () => {
  const axis = axisOf([{ start: '2026-11-10', end: '2027-01-20' }], 'week', 'zh-CN', '2026-11-22');
  expect(new Date(axis.start).toISOString().slice(0, 10)).toBe('2026-11-03');
  expect(axis.days).toBe(7 + 71 + 21);
  expect(axis.months.map((m) => m.label)).toEqual(['2026年11月', '2026年12月', '2027年1月', '2027年2月']);
  expect(axis.months.reduce((sum, m) => sum + m.width, 0)).toBeCloseTo(axis.days * 11);
  expect(axisOf([], 'day', 'zh-CN', '2026-11-22').days).toBe(28);
});
