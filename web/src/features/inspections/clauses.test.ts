import { describe, expect, it } from 'vitest';
import { byClause, type Check, clauseOf, compareClauses } from './clauses';

const check = (name: string, status: Check['status'], ...requirements: string[]) =>
  ({ check: name, status, requirements }) as unknown as Check;
const requirement = (id: string, clause: string) => ({ id, clause, control: { zh: clause, en: clause } });
const REQUIREMENTS = [
  requirement('L3-CES1-01', '8.1.4.1 a)'),
  requirement('L3-CES1-02', '8.1.4.1 b)'),
  requirement('L3-SMC1-01', '8.1.5.1 a)'),
  requirement('L3-CES1-26', '8.1.4.10 a)'),
];

describe('checks by clause', () => {
  it('stand once under each clause, in the order of numbers', () => {
    const groups = byClause(
      [
        check('a', 'fail', 'L3-CES1-26'),
        check('b', 'pass', 'L3-CES1-01', 'L3-CES1-02'),
        check('c', 'fail', 'L3-CES1-01', 'L3-SMC1-01'),
        check('d', 'unknown', 'L2-XXX1-01'),
      ],
      REQUIREMENTS,
    );
    expect(groups.map((g) => [g.clause, g.checks.map((c) => c.check).join()])).toEqual([
      ['8.1.4.1', 'b,c'],
      ['8.1.4.10', 'a'],
      ['8.1.5.1', 'c'],
      ['', 'd'],
    ]);
    expect(groups[0]?.counts).toEqual({ pass: 1, fail: 1, unknown: 0, not_applicable: 0 });
  });
  it('knows the clause of an item', () => {
    expect(clauseOf('8.1.4.1 a)')).toBe('8.1.4.1');
    expect(clauseOf('8.1.4.1a')).toBe('8.1.4.1a');
    expect(clauseOf('8.1.10.2')).toBe('8.1.10.2');
  });
  it('compares by number', () => {
    expect(['8.1.10.1', '8.1.2.1', '', '8.1.4'].sort(compareClauses)).toEqual(['8.1.2.1', '8.1.4', '8.1.10.1', '']);
  });
});
