import { type Token, tokensOf, valueIn, valueText } from './query';
import type { FieldKind, KnownField } from './types';

export type Completion = { insert: string; kind: 'field' | 'operator' | 'value' | 'pattern'; note?: string };
export type Completions = { from: number; to: number; items: Completion[] };
/** Where in a query the next letter goes, and what belongs there. */
export type Place =
  | { kind: 'term'; from: number; to: number; typed: string; afterTerm: boolean }
  | { kind: 'value'; from: number; to: number; typed: string; field: string };

const MOST = 12;
/** What hospital engineers ask for first. */
const COMMON = [
  'source',
  'user.name',
  'source.ip',
  'event.action',
  'event.outcome',
  'host.name',
  'destination.ip',
  'destination.port',
  'event.dataset',
  'process.name',
  'rule.name',
  'message',
];
const PATTERNS: Record<FieldKind | 'other', readonly string[]> = {
  keyword: ['*'],
  text: ['*'],
  integer: ['>=1024', '[1 TO 1024]', '*'],
  address: ['10.0.0.0/8', '192.168.0.0/16', '*'],
  other: ['*'],
};
const ends = new Set<Token['kind']>(['word', 'phrase', 'value', 'close']);

export function placeOf(text: string, cursor: number): Place {
  const tokens = tokensOf(text);
  const at = tokens.findLastIndex((token) => token.from < cursor);
  const token = tokens[at];
  const before = tokens[at - 1];
  // Behind a closed phrase or bracket something new begins; within a quoted value blanks belong to it.
  if (token && cursor <= token.to) {
    const typed = text.slice(token.from, cursor);
    if (token.kind === 'field' && cursor === token.to)
      return { kind: 'value', from: cursor, to: cursor, typed: '', field: token.text.slice(0, -1) };
    if (token.kind === 'value' && before?.kind === 'field')
      return { kind: 'value', from: token.from, to: token.to, typed, field: before.text.slice(0, -1) };
    if (token.kind === 'field') return { kind: 'term', from: token.from, to: token.to, typed, afterTerm: false };
    if (['word', 'and', 'or', 'not'].includes(token.kind)) {
      return { kind: 'term', from: token.from, to: token.to, typed, afterTerm: before !== undefined && ends.has(before.kind) };
    }
  }
  return { kind: 'term', from: cursor, to: cursor, typed: '', afterTerm: token !== undefined && ends.has(token.kind) };
}

/** What may stand at the place; `values` are those of the field that is asked about, most frequent first. */
export function completionsAt(place: Place, fields: readonly KnownField[], values: readonly string[]): Completions {
  const items = place.kind === 'value' ? valuesFor(place, fields, values) : termsFor(place, fields);
  return { from: place.from, to: place.to, items: items.slice(0, MOST) };
}

function termsFor(place: Extract<Place, { kind: 'term' }>, fields: readonly KnownField[]): Completion[] {
  const typed = place.typed.toLowerCase().replace(/:$/, '');
  const rank = (name: string) => {
    const common = COMMON.indexOf(name);
    return (name.startsWith(typed) ? 0 : 1000) + (common < 0 ? 100 : common);
  };
  const names = fields
    .filter(
      ({ name }) =>
        name.toLowerCase().startsWith(typed) ||
        (typed !== '' &&
          name
            .toLowerCase()
            .split('.')
            .some((part) => part.startsWith(typed))),
    )
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
    .map(({ name, kind }): Completion => ({ insert: `${name}:`, kind: 'field', note: kind }));
  const words = (place.afterTerm ? ['AND', 'OR', 'NOT'] : ['NOT'])
    .filter((word) => word.toLowerCase().startsWith(typed) && (typed !== '' || place.afterTerm))
    .map((word): Completion => ({ insert: `${word} `, kind: 'operator' }));
  return place.afterTerm && typed === '' ? [...words, ...names] : [...names, ...words];
}

function valuesFor(place: Extract<Place, { kind: 'value' }>, fields: readonly KnownField[], values: readonly string[]): Completion[] {
  const typed = valueIn(place.typed).toLowerCase();
  const found = values
    .filter((value) => value.toLowerCase().includes(typed))
    .sort((a, b) => Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)))
    .map((value): Completion => ({ insert: `${valueText(value)} `, kind: 'value' }));
  const kind = fields.find((field) => field.name === place.field)?.kind ?? 'other';
  const patterns = PATTERNS[kind]
    .filter((pattern) => pattern.startsWith(place.typed))
    .map((pattern): Completion => ({ insert: `${pattern} `, kind: 'pattern', note: pattern === '*' ? 'has' : kind }));
  return [...found.slice(0, MOST - patterns.length), ...patterns];
}

/** The query with a completion taken, and where the next letter goes. */
export function taken(text: string, { from, to }: Completions, item: Completion): { text: string; cursor: number } {
  const rest = text.slice(to);
  const insert = item.insert.endsWith(' ') && /^\s/.test(rest) ? item.insert.trimEnd() : item.insert;
  // A field name replaced keeps the colon that it has.
  const after = insert.endsWith(':') && rest.startsWith(':') ? rest.slice(1) : rest;
  return { text: text.slice(0, from) + insert + after, cursor: from + insert.length };
}
