import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';

type Found = Schemas['PolicyProblemFound'];
const RANK: Record<Found['severity'], number> = { high: 0, medium: 1, low: 2 };

/** What was found, by the place of the rule; `null` for the whole set. The gravest first. */
export function problemsByRule(findings: readonly Found[]): Map<number | null, Found[]> {
  const found = new Map<number | null, Found[]>();
  for (const finding of findings.toSorted((a, b) => RANK[a.severity] - RANK[b.severity])) {
    const key = finding.rule?.index ?? null;
    found.set(key, [...(found.get(key) ?? []), finding]);
  }
  return found;
}

/** A rule as people name it: with its lines, by which it is found in the configuration. */
export function useRuleText() {
  const { t } = useTranslation();
  return useCallback(
    ({ name, lines }: { name: string; lines: readonly number[] | null }) => {
      const [first, last = first] = lines ?? [];
      if (first === undefined) return t('firewall.ruleNamed', { name });
      return t('firewall.ruleAt', { name, lines: t(first === last ? 'firewall.line' : 'firewall.lines', { n: first, first, last }) });
    },
    [t],
  );
}

/** Zones of a set of packets in a few words; nothing where all are meant. */
export function zonesText(zones: { kind: string; names: readonly string[] }): string {
  if (zones.kind === 'any') return '';
  const names = zones.names.join(' ');
  return zones.kind === 'all_but' ? `[≠ ${names}] ` : `[${names}] `;
}
