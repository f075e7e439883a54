import { expect, it } from 'vitest';
import { shownFact, sizeOf } from './facts';

it('shows facts as people read them', () => {
  expect([null, '', 'yes', 3, false, ['ssh', 'telnet'], [], {}].map(shownFact)).toEqual([
    '—',
    '""',
    'yes',
    '3',
    'false',
    'ssh, telnet',
    '[]',
    '{}',
  ]);
  expect(shownFact({ name: 'admin', level: null, rules: { history: 5, classes: 2 }, services: ['ssh'] })).toBe(
    'name: admin · rules: (history: 5, classes: 2) · services: ssh',
  );
});

it('counts the entries of an area', () => {
  expect([sizeOf([1, 2]), sizeOf({ a: 1 }), sizeOf('x'), sizeOf(null)]).toEqual([2, 1, null, null]);
});
