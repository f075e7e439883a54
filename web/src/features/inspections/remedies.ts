import type { Check } from './clauses';

export const KINDS = ['docx', 'shell', 'ansible', 'powershell', 'sql', 'lines'] as const;
export type RemedyKind = (typeof KINDS)[number];

/** The forms in which the remedies of these failed checks can be had, and of how many of them. */
export function kindsOf(failed: readonly Pick<Check, 'fixes'>[]): { kind: RemedyKind; checks: number }[] {
  return KINDS.map((kind) => ({
    kind,
    checks: kind === 'docx' ? failed.length : failed.filter((check) => check.fixes.some((fix) => fix === kind)).length,
  })).filter((one) => one.checks > 0);
}
