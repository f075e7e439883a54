import { expect, it } from 'vitest';
import { ledgerFilters } from './filters';

it('turns days of Shanghai into moments and ignores half filters', () => {
  expect(
    ledgerFilters({ from: '2026-11-22', to: '2026-11-22', actor: '3', action: 'account.lock', subject_kind: 'account', subject_id: '7' }),
  ).toEqual({
    subject_kind: 'account',
    subject_id: '7',
    actor: 3,
    action: 'account.lock',
    from: '2026-11-21T16:00:00.000Z',
    to: '2026-11-22T15:59:59.999Z',
  });
  expect(ledgerFilters({ subject_id: '7', from: 'yesterday', actor: 'x' })).toEqual({});
});
