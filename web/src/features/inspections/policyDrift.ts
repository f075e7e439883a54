/** What the facts say of a rule, as far as the page reads it. */
type Range = { first: string; last: string };
type Ports = { first: number; last: number };
type Service = { protocols: readonly [number, number]; destination_ports: Ports };
export type FactRule = {
  name: string;
  action: string;
  from: readonly string[];
  to: readonly string[];
  sources: readonly Range[];
  destinations: readonly Range[];
  services: readonly Service[];
  is_enabled: boolean;
  is_logged: boolean;
  profiles: readonly string[];
  schedule: string | null;
  expires_on: string | null;
};
type RuleSet = { name: string; default: string; rules: readonly FactRule[] };

/** Sides of a rule that people change, in the order in which they read it. */
export const ASPECTS = ['action', 'from', 'to', 'sources', 'destinations', 'services', 'enabled', 'logged', 'profiles', 'until'] as const;
export type Aspect = (typeof ASPECTS)[number];
export type RuleChange =
  | { kind: 'added' | 'removed'; rule: FactRule }
  | { kind: 'changed'; before: FactRule; after: FactRule; aspects: Aspect[] }
  | { kind: 'moved'; rule: FactRule; from: number; to: number };
export type SetChange = {
  name: string;
  kind: 'added' | 'removed' | 'changed';
  rules: RuleChange[];
  /** What happens to packets that no rule matches, where that changed. */
  fallback: { before: string; after: string } | null;
};

type FactChange = { before?: unknown; after?: unknown };
const setOf = (fact: unknown): RuleSet | null => {
  const found = (fact as { rule_set?: RuleSet } | null | undefined)?.rule_set;
  return found && Array.isArray(found.rules) ? found : null;
};

/** Changes of whole rule sets as changes of their rules; `null` where a fact is of another shape. */
export function policyChanges(changes: readonly FactChange[]): SetChange[] | null {
  const sets = new Map<string, { before: RuleSet | null; after: RuleSet | null }>();
  for (const change of changes) {
    for (const side of ['before', 'after'] as const) {
      if (change[side] === null || change[side] === undefined) continue;
      const set = setOf(change[side]);
      const known = set && sets.get(set.name);
      // Two sets of one name cannot be told apart.
      if (!set || known?.[side]) return null;
      sets.set(set.name, { before: null, after: null, ...known, [side]: set });
    }
  }
  return [...sets].map(([name, { before, after }]): SetChange => {
    const isBoth = before !== null && after !== null;
    return {
      name,
      kind: isBoth ? 'changed' : after ? 'added' : 'removed',
      rules: ruleChanges(before?.rules ?? [], after?.rules ?? []),
      fallback: isBoth && before.default !== after.default ? { before: before.default, after: after.default } : null,
    };
  });
}

/** Rules by name; those of one name by their order. */
function named(rules: readonly FactRule[]): Map<string, { rule: FactRule; place: number }> {
  const seen = new Map<string, number>();
  return new Map(
    rules.map((rule, place) => {
      const times = (seen.get(rule.name) ?? 0) + 1;
      seen.set(rule.name, times);
      return [`${rule.name} ${times}`, { rule, place }];
    }),
  );
}

function ruleChanges(before: readonly FactRule[], after: readonly FactRule[]): RuleChange[] {
  const [old, present] = [named(before), named(after)];
  // Places among the rules that both have: a rule put before others moves none of them.
  const common = (rules: typeof old, others: typeof old) => [...rules.keys()].filter((key) => others.has(key));
  const [oldOrder, order] = [common(old, present), common(present, old)];
  const removed = [...old].filter(([key]) => !present.has(key)).map(([, { rule }]): RuleChange => ({ kind: 'removed', rule }));
  const others = [...present].flatMap(([key, { rule, place }]): RuleChange[] => {
    const was = old.get(key);
    if (!was) return [{ kind: 'added', rule }];
    const aspects = ASPECTS.filter((aspect) => JSON.stringify(sideOf(was.rule, aspect)) !== JSON.stringify(sideOf(rule, aspect)));
    if (aspects.length > 0) return [{ kind: 'changed', before: was.rule, after: rule, aspects }];
    return oldOrder.indexOf(key) === order.indexOf(key) ? [] : [{ kind: 'moved', rule, from: was.place + 1, to: place + 1 }];
  });
  return [...others, ...removed];
}

function sideOf(rule: FactRule, aspect: Aspect): unknown {
  switch (aspect) {
    case 'enabled':
      return rule.is_enabled;
    case 'logged':
      return rule.is_logged;
    case 'until':
      return [rule.expires_on, rule.schedule];
    default:
      return rule[aspect];
  }
}

export type RuleWords = { any: string; yes: string; no: string; none: string; action: (code: string) => string };

/** One side of a rule in words. */
export function aspectText(rule: FactRule, aspect: Aspect, words: RuleWords): string {
  switch (aspect) {
    case 'action':
      return words.action(rule.action);
    case 'from':
    case 'to':
      return rule[aspect].join(', ') || words.any;
    case 'sources':
    case 'destinations':
      return rangesText(rule[aspect], words);
    case 'services':
      return rule.services.map((service) => serviceText(service, words)).join(', ') || words.none;
    case 'enabled':
      return rule.is_enabled ? words.yes : words.no;
    case 'logged':
      return rule.is_logged ? words.yes : words.no;
    case 'profiles':
      return rule.profiles.join(', ') || words.none;
    case 'until':
      return [rule.expires_on, rule.schedule].filter(Boolean).join(', ') || words.none;
  }
}

/** A rule in one line: where from, where to, which service. */
export const ruleLine = (rule: FactRule, words: RuleWords): string => {
  const zones = rule.from.length + rule.to.length > 0 ? `${aspectText(rule, 'from', words)} → ${aspectText(rule, 'to', words)}　` : '';
  const addresses = `${rangesText(rule.sources, words)} → ${rangesText(rule.destinations, words)}`;
  return `${zones}${addresses}　${aspectText(rule, 'services', words)}`;
};

const V4_ALL = '0.0.0.0';
function rangesText(ranges: readonly Range[], words: RuleWords): string {
  // All addresses of one version stand beside all of the other; one word says both.
  if (ranges.some(({ first, last }) => first === V4_ALL && last === '255.255.255.255')) return words.any;
  return ranges.map(rangeText).join(', ') || words.none;
}

const BITS = 32;
const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
/** A range as a network where it is one. */
export function rangeText({ first, last }: Range): string {
  if (first === last) return first;
  if (/^[\d.]+$/.test(first)) {
    const size = numberOf(last) - numberOf(first) + 1;
    const bits = Math.log2(size);
    if (Number.isInteger(bits) && numberOf(first) % size === 0) return `${first}/${BITS - bits}`;
  }
  return `${first}–${last}`;
}

const PROTOCOLS: Record<number, string> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 47: 'GRE', 50: 'ESP', 58: 'ICMPv6' };
const WITH_PORTS = new Set([6, 17]);
const LAST_PORT = 65_535;
function serviceText({ protocols: [first, last], destination_ports: ports }: Service, words: RuleWords): string {
  const protocol = first === last ? (PROTOCOLS[first] ?? `IP ${first}`) : first === 0 ? words.any : `IP ${first}–${last}`;
  const isEveryPort = (ports.first === 0 && ports.last === LAST_PORT) || !WITH_PORTS.has(first) || first !== last;
  if (isEveryPort) return protocol;
  return `${protocol} ${ports.first === ports.last ? ports.first : `${ports.first}–${ports.last}`}`;
}
