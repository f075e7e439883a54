import { describe, expect, it } from 'vitest';
import { distanceOf, entityText, entityValue, queryOf, queueOf, toggledWord } from './queue';

describe('the queue in the address', () => {
  it('begins with what is open, whenever it was', () => {
    expect(queryOf(queueOf({}))).toEqual({ state: 'new,acknowledged,investigating' });
    expect(queryOf(queueOf({ state: 'all' }))).toEqual({});
    expect(queryOf(queueOf({ state: 'closed', verdict: 'benign' }))).toEqual({ state: 'closed', verdict: 'benign' });
  });
  it('asks for what the address says, and for nothing that it cannot mean', () => {
    const search = {
      severity: 'critical,dreadful,high',
      asset_id: '7',
      story: 'x',
      assigned_to: 'me',
      overdue: 'true',
      sort: '-severity',
      grouped: 'true',
      entity: 'address:10.1.1.9',
      from: '2026-11-23T00:00:00Z',
      to: '2026-11-23T01:00:00Z',
    };
    expect(queryOf(queueOf(search))).toEqual({
      state: 'new,acknowledged,investigating',
      severity: 'critical,high',
      asset_id: 7,
      assigned_to: 'me',
      overdue: true,
      sort: '-severity',
      grouped: true,
      entity: '10.1.1.9',
      from: '2026-11-23T00:00:00Z',
      to: '2026-11-23T01:00:00Z',
    });
    expect(queueOf({ sort: 'title' }).sort).toBeNull();
    expect(queueOf({ from: '2026-11-23T00:00:00Z' }).from).toBeUndefined();
  });
  it('names entities so that a value may hold a colon', () => {
    const text = entityText({ kind: 'address', value: 'fe80::1' });
    expect([text, entityValue(text)]).toEqual(['address:fe80::1', 'fe80::1']);
  });
  it('takes a severity in and out', () => {
    expect([toggledWord(['high'], 'low'), toggledWord(['high', 'low'], 'high')]).toEqual([['high', 'low'], ['low']]);
  });
});

it('says how long is left, or by how much it is late', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(
    ['2026-11-23T12:45:00Z', '2026-11-23T09:30:00Z', '2026-11-24T11:00:00Z', '2026-11-19T11:00:00Z'].map((at) => distanceOf(at, now)),
  ).toEqual([
    { n: 45, unit: 'minute', past: false },
    { n: 2, unit: 'hour', past: true },
    { n: 23, unit: 'hour', past: false },
    { n: 4, unit: 'day', past: true },
  ]);
});
