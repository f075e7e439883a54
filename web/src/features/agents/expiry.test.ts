import { expect, it } from 'vitest';
import { isNearEnd } from './expiry';

it('says an end loudly from two weeks before', () => {
  const now = new Date('2026-11-23T04:00:00Z');
  expect([isNearEnd('2026-11-01', now), isNearEnd('2026-12-07', now), isNearEnd('2026-12-08', now)]).toEqual([true, true, false]);
});
