import type { Schemas } from '@/api/client';
import { DOMAINS, FINDING_STATES, SEVERITIES } from '@/features/shared/domain';
import { numberOf, type Search, wordsOf } from '@/features/shared/search';

export type FindingFilters = { q?: string; system_id?: number; state?: string; severity?: string; domain?: Schemas['Domain'] };

const known = (value: string | undefined, words: readonly string[]) =>
  wordsOf(value)
    .filter((w) => words.includes(w))
    .join(',');

/** The filters of an address; words the server does not know are left out. */
export function findingFilters(search: Search): FindingFilters {
  const state = known(search.state, FINDING_STATES);
  const severity = known(search.severity, SEVERITIES);
  const domain = DOMAINS.find((d) => d === search.domain);
  const system = numberOf(search.system_id);
  return {
    ...(search.q ? { q: search.q } : {}),
    ...(system !== undefined ? { system_id: system } : {}),
    ...(state ? { state } : {}),
    ...(severity ? { severity } : {}),
    ...(domain ? { domain } : {}),
  };
}
