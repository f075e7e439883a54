import type { Schemas } from '@/api/client';

export type Check = Schemas['CheckResult'];
export type Status = Check['status'];
export const STATUSES = ['fail', 'unknown', 'pass', 'not_applicable'] as const satisfies readonly Status[];

export type Clause = {
  /** The clause of the standard, such as `8.1.4.1`; empty for checks whose items are not of this catalogue. */
  clause: string;
  /** The control point. */
  control: Schemas['Text'] | null;
  checks: Check[];
  counts: Record<Status, number>;
};

type Requirement = Pick<Schemas['Requirement'], 'id' | 'clause' | 'control'>;

/** Checks under the clauses they are evidence for, in the standard's order; once under each. */
export function byClause(checks: readonly Check[], requirements: readonly Requirement[]): Clause[] {
  const known = new Map(requirements.map((r) => [r.id, r]));
  const groups = new Map<string, Clause>();
  for (const check of checks) {
    const own = new Map<string, Requirement | null>();
    for (const id of check.requirements) {
      const found = known.get(id) ?? null;
      own.set(found ? clauseOf(found.clause) : '', found);
    }
    if (own.size > 1) own.delete('');
    for (const [clause, requirement] of own) {
      const group = groups.get(clause) ?? { clause, control: requirement?.control ?? null, checks: [], counts: noneYet() };
      group.checks.push(check);
      group.counts[check.status] += 1;
      groups.set(clause, group);
    }
  }
  return [...groups.values()].sort((a, b) => compareClauses(a.clause, b.clause));
}

const noneYet = (): Record<Status, number> => ({ fail: 0, unknown: 0, pass: 0, not_applicable: 0 });

/** `8.1.4.1 a)` is an item of clause `8.1.4.1`. */
export const clauseOf = (cited: string) => cited.split(/[\s（(]/)[0] ?? cited;

/** By number, part for part; what has no clause goes last. */
export function compareClauses(a: string, b: string): number {
  if (!a || !b) return Number(!a) - Number(!b);
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? -1) - (right[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
