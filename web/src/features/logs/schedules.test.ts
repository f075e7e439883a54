import { describe, expect, it } from 'vitest';
import { FIRST, inputOf, type LogSchedule, rhythmOf, standingOf, valuesOf } from './schedules';

const schedule = (one: Partial<LogSchedule>): LogSchedule => ({
  search_id: 3,
  name: 'failed',
  query: 'failed',
  span: '1h',
  every_minutes: 15,
  daily_at: null,
  condition: 'at_least',
  count: 5,
  opens_finding: true,
  created_by: 'lead',
  created_at: '2026-11-22T02:00:00Z',
  next_at: '2026-11-22T02:15:00Z',
  last_at: null,
  last_state: null,
  last_hits: 0,
  problem: null,
  ...one,
});

describe('a scheduled search', () => {
  it('is sent as the server knows it: minutes, or a time of the day', () => {
    expect(inputOf({ ...FIRST, unit: 'hours', every: 2 })).toMatchObject({ every_minutes: 120, daily_at: null });
    expect(inputOf({ ...FIRST, unit: 'minutes', every: 90 })).toMatchObject({ every_minutes: 90, daily_at: null });
    expect(inputOf({ ...FIRST, unit: 'daily', daily_at: '06:05' })).toMatchObject({ every_minutes: null, daily_at: '06:05' });
  });
  it('is shown in the largest unit that fits, and comes back as it was', () => {
    for (const one of [schedule({}), schedule({ every_minutes: 180 }), schedule({ every_minutes: null, daily_at: '23:00' })]) {
      const { every_minutes, daily_at, condition, count, opens_finding } = one;
      expect(inputOf(valuesOf(one))).toEqual({ every_minutes, daily_at, condition, count, opens_finding });
    }
    expect(rhythmOf(schedule({ every_minutes: 180 }))).toEqual({ key: 'logSchedule.every.hours', n: 3 });
    expect(rhythmOf(schedule({ every_minutes: 90 }))).toEqual({ key: 'logSchedule.every.minutes', n: 90 });
    expect(rhythmOf(schedule({ every_minutes: null, daily_at: '23:00' }))).toEqual({ key: 'logSchedule.every.daily', n: '23:00' });
  });
  it('stands as its last run, unless that could not be finished', () => {
    expect(standingOf(schedule({}))).toBeNull();
    expect(standingOf(schedule({ last_state: 'quiet' }))).toBe('quiet');
    expect(standingOf(schedule({ last_state: 'quiet', problem: 'too_slow' }))).toBe('failed');
  });
});
