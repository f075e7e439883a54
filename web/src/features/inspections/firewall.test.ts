import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { problemsByRule, zonesText } from './firewall';

const found = (problem: string, severity: string, index: number | null) =>
  ({ problem, severity, rule: index === null ? null : { index } }) as unknown as Schemas['PolicyProblemFound'];

describe('a packet filter', () => {
  it('has what was found at its rules, the gravest first', () => {
    const rules = problemsByRule([found('unused', 'low', 1), found('any_permit', 'high', 1), found('unbound', 'medium', null)]);
    expect(rules.get(1)?.map((f) => f.problem)).toEqual(['any_permit', 'unused']);
    expect(rules.get(null)?.map((f) => f.problem)).toEqual(['unbound']);
    expect(rules.get(2)).toBeUndefined();
  });
  it('names zones', () => {
    expect(zonesText({ kind: 'any', names: [] })).toBe('');
    expect(zonesText({ kind: 'only', names: ['trust', 'dmz'] })).toBe('[trust dmz] ');
    expect(zonesText({ kind: 'all_but', names: ['trust'] })).toBe('[≠ trust] ');
  });
});
