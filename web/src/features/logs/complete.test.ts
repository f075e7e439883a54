import { describe, expect, it } from 'vitest';
import { completionsAt, placeOf, taken } from './complete';
import type { KnownField } from './types';

const FIELDS: KnownField[] = [
  { name: 'destination.port', kind: 'integer' },
  { name: 'event.action', kind: 'keyword' },
  { name: 'source', kind: 'keyword' },
  { name: 'source.ip', kind: 'address' },
  { name: 'user.name', kind: 'keyword' },
];
/** The bar marks the cursor. */
function ask(marked: string, values: string[] = []) {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = completionsAt(placeOf(text, cursor), FIELDS, values);
  return { text, found, inserts: found.items.map((item) => item.insert) };
}
function take(marked: string, pick: string, values: string[] = []) {
  const { text, found } = ask(marked, values);
  const item = found.items.find((one) => one.insert.trim() === pick);
  if (!item) throw new Error(`${pick} is not offered: ${found.items.map((one) => one.insert)}`);
  const next = taken(text, found, item);
  return `${next.text.slice(0, next.cursor)}|${next.text.slice(next.cursor)}`;
}

describe('completion', () => {
  it('offers fields at the beginning, the common ones first', () => {
    expect(ask('|').inserts).toEqual(['source:', 'user.name:', 'source.ip:', 'event.action:', 'destination.port:']);
  });
  it('finds a field by any of its words', () => {
    expect(ask('na|').inserts).toEqual(['user.name:']);
    expect(ask('failed so|').inserts).toEqual(['source:', 'source.ip:']);
    expect(ask('-us|').inserts).toEqual(['user.name:']);
  });
  it('offers operators behind a term', () => {
    expect(ask('failed |').inserts.slice(0, 3)).toEqual(['AND ', 'OR ', 'NOT ']);
    expect(ask('failed o|').inserts).toEqual(['OR ']);
    expect(ask('(|').inserts).not.toContain('AND ');
  });
  it('offers values behind a field, and patterns for its kind', () => {
    expect(ask('user.name:|', ['root', '张 三']).inserts).toEqual(['root ', '"张 三" ', '* ']);
    expect(ask('user.name:三|', ['root', '张 三']).inserts).toEqual(['"张 三" ']);
    expect(ask('destination.port:>|').inserts).toEqual(['>=1024 ']);
    expect(ask('source.ip:|').inserts).toContain('10.0.0.0/8 ');
  });
  it('offers nothing within a phrase', () => {
    expect(placeOf('"no such us', 11)).toMatchObject({ kind: 'term', typed: '' });
  });
  it('puts what is chosen in place of what was begun', () => {
    expect(take('us|', 'user.name:')).toBe('user.name:|');
    expect(take('user.na|:root', 'user.name:')).toBe('user.name:|root');
    expect(take('user.name:"张| source:x', '"张 三"', ['张 三'])).toBe('user.name:"张 三" |');
    expect(take('user.name:ro| source:x', 'root', ['root'])).toBe('user.name:root| source:x');
    expect(take('a o| b', 'OR')).toBe('a OR| b');
  });
});
