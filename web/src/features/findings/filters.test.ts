import { expect, it } from 'vitest';
import { findingFilters } from './filters';

it('keeps lists of known words and drops the rest', () => {
  expect(findingFilters({ state: 'open,planned,lost', severity: 'high', domain: 'CES', system_id: '2', q: '口令', id: '5' })).toEqual({
    q: '口令',
    system_id: 2,
    state: 'open,planned',
    severity: 'high',
    domain: 'CES',
  });
  expect(findingFilters({ state: 'lost', severity: 'worst', domain: 'XYZ', system_id: 'two' })).toEqual({});
});
