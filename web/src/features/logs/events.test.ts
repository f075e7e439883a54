import { describe, expect, it } from 'vitest';
import { piecesOf } from '@/ui/pieces';
import { termsOf } from './highlight';
import { bytesText, cellOf, clockDifference, formatMilli, groupsOf, messageOf } from './show';
import { spansOf, stretchesOf } from './spans';
import { QUIET, TAIL_ROWS, tailAfter } from './tail';
import type { LogEvent } from './types';

const TEXT = '<86>Nov 23 12:00:01 his-db01 sshd[2211]: Failed password for root from 10.20.3.14 port 52211 ssh2';
const event = (sequence: string): LogEvent => ({
  sequence,
  at: '2026-11-23T04:00:01.25Z',
  at_from: 'event',
  received_at: '2026-11-23T04:00:31.25Z',
  source: 'his-db01',
  peer: '10.10.1.5:514',
  transport: 'udp',
  text: TEXT,
  fields: [
    { name: 'user.name', value: 'root' },
    { name: 'message', value: 'Failed password for root from 10.20.3.14 port 52211 ssh2' },
    { name: 'source.ip', value: '10.20.3.14' },
    { name: 'source.port', value: 52_211 },
    { name: 'event.outcome', value: 'failure' },
    { name: 'source.ip', value: '10.20.3.15' },
  ],
});

describe('highlighting', () => {
  it('looks for what a found text holds', () => {
    expect(termsOf('failed user.name:root -cron NOT sudo source.ip:10.0.0.0/8 port:>22 his* -source:fw01')).toEqual([
      'failed',
      'root',
      'his',
    ]);
    expect(termsOf('"Accepted password" 张')).toEqual(['accepted password', '张']);
  });
  it('parts the text without losing a letter', () => {
    const pieces = piecesOf('Failed (x) FAILED', ['failed', '(x)']);
    expect(pieces.map((piece) => piece.text).join('')).toBe('Failed (x) FAILED');
    expect(pieces.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(['Failed', '(x)', 'FAILED']);
    expect(piecesOf('x', [])).toEqual([{ text: 'x', hit: false }]);
  });
});

describe('fields in the text', () => {
  const { fields } = event('1');
  it('stand where their values were read', () => {
    const found = spansOf(TEXT, fields).map((span) => [fields[span.field]?.name, TEXT.slice(span.from, span.to)]);
    expect(found).toEqual([
      ['user.name', 'root'],
      ['source.ip', '10.20.3.14'],
      ['source.port', '52211'],
    ]);
  });
  it('keep the whole text', () => {
    expect(
      stretchesOf(TEXT, spansOf(TEXT, fields))
        .map((stretch) => stretch.text)
        .join(''),
    ).toBe(TEXT);
  });
  it('take short values as whole words only', () => {
    expect(spansOf('id 5252 code 52', [{ name: 'code', value: 52 }])).toEqual([{ from: 13, to: 15, field: 0 }]);
  });
});

describe('showing', () => {
  it.each([
    [TEXT, 'sshd[2211]: Failed password for root from 10.20.3.14 port 52211 ssh2'],
    ['<190>Nov 23 2026 12:00:01 USG6000E-1 %%01POLICY/6/POLICYDENY(l)[1]:vsys=public', '%%01POLICY/6/POLICYDENY(l)[1]:vsys=public'],
    ['<34>1 2026-11-23T04:00:01.003Z emr01 app - ID47 - text', 'app - ID47 - text'],
    ['<189>date=2026-11-23 time=12:00:01', 'date=2026-11-23 time=12:00:01'],
    ['plain text', 'plain text'],
    ['<13>', '<13>'],
  ])('shows a message without its head: %s', (text, message) => {
    expect(messageOf(text)).toBe(message);
  });
  it('finds what a column names', () => {
    expect(['source', 'source.ip', 'event.outcome', 'nothing'].map((name) => cellOf(event('1'), name))).toEqual([
      'his-db01',
      '10.20.3.14, 10.20.3.15',
      'failure',
      '',
    ]);
    expect(cellOf({ ...event('1'), fields: [] }, 'message')).toBe(messageOf(TEXT));
    expect(formatMilli('2026-11-23T04:00:01.25Z')).toBe('2026-11-23 12:00:01.250');
  });
  it('groups fields by their first word', () => {
    expect(groupsOf(event('1')).map((group) => [group.name, group.fields.length])).toEqual([
      ['event', 1],
      ['user', 1],
      ['source', 3],
      ['', 1],
    ]);
  });
  it('tells a wrong clock, where the sender has one', () => {
    expect([clockDifference(event('1')), clockDifference({ ...event('1'), at_from: 'receipt' })]).toEqual([30, null]);
  });
  it('writes sizes with three figures', () => {
    expect([999, 1500, 12_345, 1_234_567_890_000, 26.4].map(bytesText)).toEqual(['999 B', '1.5 kB', '12.3 kB', '1.2 TB', '26 B']);
  });
});

describe('the live view', () => {
  const many = (n: number, from = 0) => Array.from({ length: n }, (_, i) => event(String(from + i)));
  it('keeps the newest on top, and a bounded number', () => {
    const tail = tailAfter(tailAfter(QUIET, { kind: 'events', events: many(3) }), { kind: 'events', events: many(TAIL_ROWS, 3) });
    expect(tail.rows).toHaveLength(TAIL_ROWS);
    expect(tail.rows[0]?.sequence).toBe(String(TAIL_ROWS + 2));
    expect(tail.seen).toBe(TAIL_ROWS + 3);
  });
  it('holds back while halted, says what did not fit, and goes on', () => {
    let tail = tailAfter(tailAfter(QUIET, { kind: 'events', events: many(2) }), { kind: 'pause' });
    tail = tailAfter(tail, { kind: 'events', events: many(TAIL_ROWS + 5, 2) });
    expect([tail.rows.length, tail.held.length, tail.overflow]).toEqual([2, TAIL_ROWS, 5]);
    tail = tailAfter(tail, { kind: 'resume' });
    expect([tail.rows.length, tail.held.length, tail.overflow, tail.rows[0]?.sequence]).toEqual([TAIL_ROWS, 0, 0, String(TAIL_ROWS + 6)]);
  });
  it('counts what the server left out', () => {
    expect(tailAfter(tailAfter(QUIET, { kind: 'lag', skipped: 3 }), { kind: 'lag', skipped: 4 }).skipped).toBe(7);
  });
});
