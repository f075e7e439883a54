import { renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { cut, formatDay, formatRate, formatTime, useFormat } from './format';

describe('figures', () => {
  it('are cut, never rounded up to a threshold', () => {
    expect([formatRate(0.89999), formatRate(0.9), formatRate(0.29), formatRate(null), cut(84.499, 2)]).toEqual([
      '89.9%',
      '90.0%',
      '29.0%',
      '—',
      '84.49',
    ]);
  });
  it('show times in Shanghai', () => {
    expect([formatTime('2026-11-21T16:30:00Z'), formatDay('2026-11-21T16:30:00Z'), formatDay('2026-11-21'), formatTime(null)]).toEqual([
      '2026-11-22 00:30',
      '2026-11-22',
      '2026-11-21',
      '—',
    ]);
  });
  it('count money in ten thousands, as ranges', () => {
    const { cost, effort } = renderHook(() => useFormat()).result.current;
    expect([cost([0, 0]), cost([60_000, 220_000]), cost([5000, 5000]), cost([8000, 12_500]), effort([2, 4.5])]).toEqual([
      '无采购费用',
      '6 – 22 万元',
      '5,000 元',
      '0.8 – 1.3 万元',
      '2 – 4.5 人天',
    ]);
  });
});
