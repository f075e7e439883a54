import { describe, expect, it } from 'vitest';
import { asOwn, indentAfter, piecesOfLine, refusedLines, startOfLine, templateOf } from './yaml';

const kinds = (line: string) => piecesOfLine(line).flatMap(({ text, kind }) => (kind === 'plain' ? [] : [`${kind} ${text.trim()}`]));

describe('YAML in colours', () => {
  it.each([
    ['title: SSH 暴力破解', ['key title', 'mark :']],
    ['  source.ip|cidr: "10.0.0.0/8"  # office', ['key source.ip|cidr', 'mark :', 'string "10.0.0.0/8"', 'comment # office']],
    ["  - 'it''s: fine'", ['mark -', "string 'it''s: fine'"]],
    ['# nothing: here', ['comment # nothing: here']],
    ['url: http://host/#part', ['key url', 'mark :']],
    ['', []],
  ])('%s', (line, expected) => {
    expect(kinds(line)).toEqual(expected);
    expect(
      piecesOfLine(line)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(line);
  });
  it('goes on where the line before leads', () => {
    expect(
      ['detection:', '  selection:', '    field: 1', '  - field: 1', '  - id:', 'text', 'description: |'].map(
        (line) => indentAfter(line).length,
      ),
    ).toEqual([2, 4, 4, 4, 6, 0, 2]);
  });
});

describe('a text of a rule', () => {
  it('knows where its lines begin', () => {
    expect([1, 2, 3, 9].map((line) => startOfLine('ab\nc\n', line))).toEqual([0, 3, 5, 5]);
  });
  it('that was refused says where and why', () => {
    const fields = [
      { field: 'text:4', found: 'no such modifier', expected: 'a rule of Sigma' },
      { field: 'text', found: null, expected: 'a rule of Sigma' },
    ];
    expect(refusedLines(fields)).toEqual([{ line: 4, why: 'no such modifier' }]);
  });
  it('copied as one’s own gets an id of its own and says what it came from', () => {
    const copy = asOwn("title: x\nid: 'old-1'\nlevel: low\n", 'new-1');
    expect(copy).toBe('title: x\nid: new-1\nrelated:\n  - id: old-1\n    type: derived\nlevel: low\n');
    expect(asOwn(copy, 'new-2').match(/related/g)).toHaveLength(1);
    expect(asOwn('title: x\n', 'new-1')).toBe('id: new-1\ntitle: x\n');
  });
  it('begins as a whole rule', () => {
    expect(templateOf('id-1', '新规则')).toMatch(/^title: 新规则\nid: id-1\n[\s\S]*condition: selection\n/);
  });
});
