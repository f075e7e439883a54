import type { Condition, Entity, KeptEvent, MatchedField } from './types';

/** A field that made the rule fire, and in how many of the events it held that value. */
export type Reason = MatchedField & { events: number };

/** What matched, over all events: each selection, field and value once, those of most events first. */
export function reasonsOf(events: readonly KeptEvent[]): Reason[] {
  const found = new Map<string, Reason>();
  for (const event of events)
    for (const matched of event.matched) {
      const key = `${matched.selection}\n${matched.field}\n${matched.value}`;
      const known = found.get(key);
      if (known) known.events += 1;
      else found.set(key, { ...matched, events: 1 });
    }
  return [...found.values()].sort((a, b) => b.events - a.events || a.selection.localeCompare(b.selection));
}

/**
 * What is marked in the text of an event: the values that matched and whom the alert is about, the longest first.
 * Neither single characters nor the whole text, which a keyword names as its value: they would mark everything.
 */
export const marksOf = (event: Pick<KeptEvent, 'message' | 'matched'>, entities: readonly Entity[] = []): string[] =>
  [...new Set([...event.matched, ...entities].map((one) => one.value.trim()))]
    .filter((value) => value.length > 1 && value.length < event.message.trim().length)
    .sort((a, b) => b.length - a.length);

/** The fields of an event, those that matched first, then by name. */
export function fieldsOf(event: KeptEvent): { name: string; value: string; selection: string | null }[] {
  const selections = new Map(event.matched.map((one) => [one.field, one.selection]));
  return Object.entries(event.fields)
    .map(([name, value]) => ({ name, value, selection: selections.get(name) ?? null }))
    .sort((a, b) => Number(b.selection !== null) - Number(a.selection !== null) || a.name.localeCompare(b.name));
}

/** A condition that may go into an exception, and whether it is proposed. */
export type Proposal = Condition & { chosen: boolean };
const MOST = 12;

/**
 * Conditions for an exception: every field with one value in all the events, those that matched first.
 * Proposed are the fields that matched and name who or where: an exception without them would quiet the rule itself.
 */
export function proposalsOf(events: readonly KeptEvent[]): Proposal[] {
  const [first, ...others] = events;
  if (!first) return [];
  const matched = new Set(first.matched.map((one) => one.field));
  const proposals = fieldsOf(first)
    .filter(({ name, value }) => value !== '' && others.every((event) => event.fields[name] === value))
    .map(({ name, value }) => ({ field: name, value, chosen: isWhoOrWhere(name) && (matched.has(name) || isEntity(name)) }));
  // What names somebody comes first; the rest as the events have it.
  const sorted = proposals.toSorted(
    (a, b) => Number(b.chosen) - Number(a.chosen) || Number(matched.has(b.field)) - Number(matched.has(a.field)),
  );
  return sorted.slice(0, MOST);
}

const isWhoOrWhere = (field: string) => /(^|\.)(user|source|host|destination|process|client)\b/i.test(field) && !/port$/i.test(field);
const isEntity = (field: string) => ['source.ip', 'user.name', 'host.name'].includes(field);

/** Where one of the words of a condition names a selection that matched. */
export function conditionPieces(condition: string, selections: readonly string[]): { text: string; hit: boolean }[] {
  const names = new Set(selections);
  return condition
    .split(/([\s()]+)/)
    .filter((part) => part !== '')
    .map((text) => ({ text, hit: names.has(text) || [...names].some((name) => text.endsWith('*') && name.startsWith(text.slice(0, -1))) }));
}
