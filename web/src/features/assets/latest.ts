import type { Schemas } from '@/api/client';

type Summary = Schemas['InspectionSummary'];

/** The latest inspection of each kind, the newest first, with how many there are. */
export function latestByFamily(inspections: readonly Summary[]): { latest: Summary; times: number }[] {
  const found = new Map<string, { latest: Summary; times: number }>();
  for (const one of inspections) {
    const known = found.get(one.family);
    if (!known) found.set(one.family, { latest: one, times: 1 });
    else found.set(one.family, { latest: one.collected_at > known.latest.collected_at ? one : known.latest, times: known.times + 1 });
  }
  return [...found.values()].sort((a, b) => b.latest.collected_at.localeCompare(a.latest.collected_at));
}
