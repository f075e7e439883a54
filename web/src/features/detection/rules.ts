import type { Tone } from '@/ui/Pill';
import { SEVERITIES } from './queue';
import type { AlertSeverity, Coverage, Rule, Tactic } from './types';

export const ORIGINS = ['shipped', 'hospital'] as const satisfies readonly Rule['origin'][];
export const ORIGIN_TONES: Record<Rule['origin'], Tone> = { shipped: 'mute', hospital: 'accent' };

/** What the address says of the list of rules. */
export type RuleFilters = {
  q: string;
  level: AlertSeverity | undefined;
  origin: Rule['origin'] | undefined;
  attack: string | undefined;
  /** Only what fired within the month, never did, or is switched off. */
  show: 'hit' | 'quiet' | 'off' | undefined;
};
export const SHOWS = ['hit', 'quiet', 'off'] as const;

export function ruleFiltersOf(search: Record<string, string | undefined>): RuleFilters {
  return {
    q: search.q ?? '',
    level: SEVERITIES.find((one) => one === search.level),
    origin: ORIGINS.find((one) => one === search.origin),
    attack: search.attack || undefined,
    show: SHOWS.find((one) => one === search.show),
  };
}

/** Whether a rule is about a technique: a technique stands for its parts as well. */
export const isAbout = (rule: Pick<Rule, 'attack'>, technique: string) =>
  rule.attack.some((one) => one === technique || one.startsWith(`${technique}.`));

/** The rules that pass all filters; every typed word occurs in title, id, log source, technique or clause. */
export function foundRules(rules: readonly Rule[], filters: RuleFilters): Rule[] {
  const words = filters.q.toLowerCase().split(/\s+/).filter(Boolean);
  const shows = {
    hit: (rule: Rule) => rule.hits_month > 0,
    quiet: (rule: Rule) => rule.enabled && rule.hits_month === 0,
    off: (rule: Rule) => !rule.enabled,
  };
  return rules.filter(
    (rule) =>
      (filters.level === undefined || rule.level === filters.level) &&
      (filters.origin === undefined || rule.origin === filters.origin) &&
      (filters.attack === undefined || isAbout(rule, filters.attack)) &&
      (filters.show === undefined || shows[filters.show](rule)) &&
      (words.length === 0 || holdsAll(rule, words)),
  );
}

function holdsAll(rule: Rule, words: readonly string[]): boolean {
  const hay = [
    rule.id,
    rule.title.zh,
    rule.title.en,
    rule.product,
    rule.category,
    rule.service,
    ...rule.attack,
    ...rule.tactics,
    ...rule.requirements,
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => hay.includes(word));
}

export const RULE_SORTS = ['level', 'hits_month', 'alerts_open', 'precision', 'cost', 'last_hit_at'] as const;
export type RuleSort = (typeof RULE_SORTS)[number];
const rank = (level: AlertSeverity) => SEVERITIES.length - SEVERITIES.indexOf(level);
const VALUES: Record<RuleSort, (rule: Rule) => number | null> = {
  level: (rule) => rank(rule.level),
  hits_month: (rule) => rule.hits_month,
  alerts_open: (rule) => rule.alerts_open,
  precision: (rule) => rule.precision,
  cost: (rule) => rule.nanoseconds_per_event,
  last_hit_at: (rule) => (rule.last_hit_at === null ? null : Date.parse(rule.last_hit_at)),
};

/** Sorted by one figure; what has none comes last either way. */
export function sortedRules(rules: readonly Rule[], sort: { key: string; desc: boolean } | null): Rule[] {
  const value = VALUES[RULE_SORTS.find((key) => key === sort?.key) ?? 'hits_month'];
  const sign = sort?.desc === false ? 1 : -1;
  return rules.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

/** `linux / auth`: where the rule looks. */
export const logSourceOf = ({ product, category, service }: Pick<Rule, 'product' | 'category' | 'service'>) =>
  [product, category, service].filter(Boolean).join(' / ') || '—';

/** In how many steps a map is coloured; none has none. */
const STEPS = 4;

/** How deep a cell is coloured, 0 to 4, by the share of the greatest, so that few large ones do not pale the rest. */
export function depthOf(value: number, greatest: number): number {
  if (value <= 0 || greatest <= 0) return 0;
  return Math.max(1, Math.min(STEPS, Math.ceil((Math.log1p(value) / Math.log1p(greatest)) * STEPS)));
}

/** Techniques that rules look for, of all that the map knows; each once though several tactics hold it. */
export function coveredOf({ tactics }: Coverage): { covered: number; known: number } {
  const all = new Map(tactics.flatMap((tactic) => tactic.techniques.map((one) => [one.id, one.rules > 0] as const)));
  return { covered: [...all.values()].filter(Boolean).length, known: all.size };
}

/** Techniques of a tactic, those with most of what is shown first. */
export const byShown = (tactic: Tactic, shown: 'rules' | 'hits_month') =>
  tactic.techniques.toSorted((a, b) => b[shown] - a[shown] || b.rules - a.rules || a.id.localeCompare(b.id));
