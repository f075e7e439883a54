import { wordsOf } from '@/features/shared/search';
import type { Tone } from '@/ui/Pill';
import type { AlertQuery, AlertSeverity, AlertState, AlertVerdict, Entity } from './types';

export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'informational'] as const satisfies readonly AlertSeverity[];
export const STATES = ['new', 'acknowledged', 'investigating', 'closed'] as const satisfies readonly AlertState[];
export const VERDICTS = ['true_positive', 'benign', 'false_positive'] as const satisfies readonly AlertVerdict[];
/** States in which an alert still wants somebody. */
export const OPEN_STATES = ['new', 'acknowledged', 'investigating'] as const satisfies readonly AlertState[];
export const STATE_TONES: Record<AlertState, Tone> = { new: 'warn', acknowledged: 'info', investigating: 'accent', closed: 'mute' };
export const VERDICT_TONES: Record<AlertVerdict, Tone> = { true_positive: 'bad', benign: 'good', false_positive: 'mute' };

const SORTS = ['last_at', 'severity', 'due_at'] as const;
type SortKey = (typeof SORTS)[number];
const isOne = <T extends string>(known: readonly T[], word: string | undefined): word is T => known.includes(word as T);

/** What the address says of the queue. */
export type Queue = {
  /** One state, those that are open (as it begins), or all. */
  state: AlertState | 'open' | 'all';
  severity: AlertSeverity[];
  verdict: AlertVerdict | undefined;
  rule: string | undefined;
  q: string | undefined;
  asset_id: string | undefined;
  entity: string | undefined;
  story: string | undefined;
  assigned_to: 'me' | 'none' | undefined;
  overdue: boolean;
  from: string | undefined;
  to: string | undefined;
  grouped: boolean;
  sort: { key: SortKey; desc: boolean } | null;
};

export function queueOf(search: Record<string, string | undefined>): Queue {
  const [, minus, key] = /^(-?)(\w+)$/.exec(search.sort ?? '') ?? [];
  return {
    state: isOne(STATES, search.state) || search.state === 'all' ? search.state : 'open',
    severity: wordsOf(search.severity).filter((word) => isOne(SEVERITIES, word)),
    verdict: isOne(VERDICTS, search.verdict) ? search.verdict : undefined,
    rule: search.rule || undefined,
    q: search.q || undefined,
    asset_id: /^\d+$/.test(search.asset_id ?? '') ? search.asset_id : undefined,
    entity: search.entity || undefined,
    story: /^\d+$/.test(search.story ?? '') ? search.story : undefined,
    assigned_to: search.assigned_to === 'me' || search.assigned_to === 'none' ? search.assigned_to : undefined,
    overdue: search.overdue === 'true',
    ...rangeOf(search.from, search.to),
    grouped: search.grouped === 'true',
    sort: isOne(SORTS, key) ? { key, desc: minus === '-' } : null,
  };
}

function rangeOf(from: string | undefined, to: string | undefined) {
  const isTime = (text: string | undefined) => text !== undefined && !Number.isNaN(Date.parse(text));
  return isTime(from) && isTime(to) ? { from, to } : { from: undefined, to: undefined };
}

/** What the server is asked for; what is not asked for is not sent. */
export function queryOf(queue: Queue): AlertQuery {
  const states = queue.state === 'all' ? [] : queue.state === 'open' ? OPEN_STATES : [queue.state];
  const asked = {
    state: states.join(',') || undefined,
    severity: queue.severity.join(',') || undefined,
    verdict: queue.verdict,
    rule: queue.rule,
    q: queue.q,
    asset_id: queue.asset_id === undefined ? undefined : Number(queue.asset_id),
    // The server knows an entity by its value, whatever it is.
    entity: queue.entity === undefined ? undefined : entityValue(queue.entity),
    story: queue.story === undefined ? undefined : Number(queue.story),
    assigned_to: queue.assigned_to,
    overdue: queue.overdue || undefined,
    from: queue.from,
    to: queue.to,
    grouped: queue.grouped || undefined,
    sort: queue.sort ? `${queue.sort.desc ? '-' : ''}${queue.sort.key}` : undefined,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

/** Nothing filtered, as the queue begins. */
export const NO_FILTERS = {
  state: undefined,
  severity: undefined,
  verdict: undefined,
  rule: undefined,
  q: undefined,
  asset_id: undefined,
  entity: undefined,
  story: undefined,
  assigned_to: undefined,
  overdue: undefined,
  from: undefined,
  to: undefined,
} as const;

/** An entity as the filter names it: `user:ys0217`. */
export const entityText = ({ kind, value }: Entity) => `${kind}:${value}`;
/** Its value alone, for people. */
export const entityValue = (text: string) => text.slice(text.indexOf(':') + 1);

/** A word of a list, taken in or out. */
export const toggledWord = <T extends string>(words: readonly T[], word: T): T[] =>
  words.includes(word) ? words.filter((one) => one !== word) : [...words, word];

/** How long until, or since, a time: `3h`, `2d`, `15m`; rounded down. */
export function distanceOf(at: string, now: number): { n: number; unit: 'minute' | 'hour' | 'day'; past: boolean } {
  const minutes = Math.floor(Math.abs(Date.parse(at) - now) / 60_000);
  const past = Date.parse(at) < now;
  if (minutes < 60) return { n: minutes, unit: 'minute', past };
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? { n: hours, unit: 'hour', past } : { n: Math.floor(hours / 24), unit: 'day', past };
}
