import type { Schemas } from '@/api/client';
import { numberOf, type Search } from '@/features/shared/search';

/** What entries are about, as one thinks of it: the program, the hospital, judgement, inspection, rectification. */
export const SUBJECT_KINDS = [
  'account',
  'setting',
  'settings',
  'planning',
  'organisation',
  'department',
  'post',
  'person',
  'system',
  'asset',
  'assessment',
  'cell',
  'evidence',
  'hazard',
  'inspection',
  'exception',
  'discovery',
  'scan_range',
  'agent',
  'agent-token',
  'agent-authority',
  'integrity_change',
  'finding',
  'plan',
  'task',
  'attachment',
] as const satisfies readonly Schemas['SubjectKind'][];

export type LedgerFilters = { subject_kind?: string; subject_id?: string; actor?: number; action?: string; from?: string; to?: string };
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The filters of an address. Days are Shanghai's: from the first moment of one to the last of the other. */
export function ledgerFilters(search: Search): LedgerFilters {
  const actor = numberOf(search.actor);
  return {
    ...(search.subject_kind ? { subject_kind: search.subject_kind } : {}),
    ...(search.subject_kind && search.subject_id ? { subject_id: search.subject_id } : {}),
    ...(actor !== undefined ? { actor } : {}),
    ...(search.action ? { action: search.action } : {}),
    ...(DAY.test(search.from ?? '') ? { from: new Date(`${search.from}T00:00:00+08:00`).toISOString() } : {}),
    ...(DAY.test(search.to ?? '') ? { to: new Date(`${search.to}T23:59:59.999+08:00`).toISOString() } : {}),
  };
}
