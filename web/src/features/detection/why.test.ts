import { describe, expect, it } from 'vitest';
import { piecesOf } from '@/ui/pieces';
import type { KeptEvent } from './types';
import { conditionPieces, fieldsOf, marksOf, proposalsOf, reasonsOf } from './why';

const event = (n: number, more: Record<string, string> = {}): KeptEvent => ({
  sequence: String(n),
  at: '2026-11-23T01:00:00Z',
  source: 'his-db01',
  message: `Failed password for root from 10.1.1.9 port ${52_000 + n} ssh2`,
  fields: { 'event.action': 'ssh_login', 'user.name': 'root', 'source.ip': '10.1.1.9', 'source.port': String(52_000 + n), ...more },
  matched: [
    { selection: 'failed', field: 'event.action', value: 'ssh_login' },
    { selection: 'group-by', field: 'source.ip', value: more['source.ip'] ?? '10.1.1.9' },
  ],
});

describe('why an alert fired', () => {
  it('counts what matched over all its events', () => {
    const events = [event(1), event(2), event(3, { 'source.ip': '10.1.1.8' })];
    expect(reasonsOf(events).map(({ selection, value, events: n }) => [selection, value, n])).toEqual([
      ['failed', 'ssh_login', 3],
      ['group-by', '10.1.1.9', 2],
      ['group-by', '10.1.1.8', 1],
    ]);
  });
  it('marks what matched where it stands in the message', () => {
    const hits = piecesOf(event(1).message, marksOf(event(1), [{ kind: 'user', value: 'root' }])).filter((piece) => piece.hit);
    expect(hits.map((piece) => piece.text)).toEqual(['root', '10.1.1.9']);
    const { message } = event(1);
    const whole = { selection: 'keywords', field: 'text', value: message };
    expect(marksOf({ message, matched: [{ selection: 's', field: 'f', value: '1' }, whole] })).toEqual([]);
  });
  it('shows the fields that matched before the others', () => {
    expect(fieldsOf(event(1)).map(({ name, selection }) => [name, selection])).toEqual([
      ['event.action', 'failed'],
      ['source.ip', 'group-by'],
      ['source.port', null],
      ['user.name', null],
    ]);
  });
  it('marks the selections in the condition that matched', () => {
    const hits = (condition: string) => conditionPieces(condition, ['failed', 'selection_a']).filter((one) => one.hit);
    expect(hits('failed and not filter').map((one) => one.text)).toEqual(['failed']);
    expect(hits('(1 of selection_*)').map((one) => one.text)).toEqual(['selection_*']);
    expect(
      conditionPieces('a and (b)', [])
        .map((one) => one.text)
        .join(''),
    ).toBe('a and (b)');
  });
});

describe('an exception', () => {
  it('is proposed from what names who and where, and never from what differs between events', () => {
    const proposals = proposalsOf([event(1), event(2)]);
    expect(proposals.filter((one) => one.chosen).map((one) => one.field)).toEqual(['source.ip', 'user.name']);
    expect(proposals.map((one) => one.field)).not.toContain('source.port');
    expect(proposals.at(-1)).toEqual({ field: 'event.action', value: 'ssh_login', chosen: false });
  });
  it('of a password spraying names the address, not one of its victims', () => {
    const proposals = proposalsOf([event(1), event(2, { 'user.name': 'guke' })]);
    expect(proposals.filter((one) => one.chosen).map((one) => one.field)).toEqual(['source.ip']);
  });
  it('has nothing to propose without events', () => expect(proposalsOf([])).toEqual([]));
});
