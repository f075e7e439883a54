import type { FieldProblem } from '@/api/client';
import type { RuleProblem } from './types';

export type YamlPiece = { text: string; kind: 'plain' | 'key' | 'comment' | 'string' | 'mark' };

/** Parts a line of YAML as far as colours need it: comments, keys, quoted texts, dashes. */
export function piecesOfLine(line: string): YamlPiece[] {
  const [, indent = '', dashes = '', rest = ''] = /^(\s*)((?:-\s+)*)(.*)$/.exec(line) ?? [];
  const pieces: YamlPiece[] = [];
  const add = (text: string, kind: YamlPiece['kind']) => text !== '' && pieces.push({ text, kind });
  add(indent, 'plain');
  add(dashes, 'mark');
  const key = /^("[^"]*"|'[^']*'|[^\s#:'"][^:#]*?)(\s*:)(?=\s|$)/.exec(rest);
  if (key) {
    add(key[1] ?? '', 'key');
    add(key[2] ?? '', 'mark');
  }
  const value = rest.slice(key?.[0].length ?? 0);
  let from = 0;
  for (const found of value.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?:^|\s)#.*$/g)) {
    add(value.slice(from, found.index), 'plain');
    add(found[0], found[0].trimStart().startsWith('#') ? 'comment' : 'string');
    from = found.index + found[0].length;
  }
  add(value.slice(from), 'plain');
  return pieces;
}

/** What a new line begins with: as deep as the one before, two deeper after a key that opens a block. */
export function indentAfter(line: string): string {
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const isList = /^\s*-\s+\S+.*:\s*\S/.test(line);
  if (/:\s*[|>]?[-+]?\s*$/.test(line)) return `${indent}${/^\s*-\s/.test(line) ? '    ' : '  '}`;
  return isList ? `${indent}  ` : indent;
}

/** What a refused rule has wrong, line by line: its fields are named `text:<line>`. */
export const refusedLines = (fields: readonly FieldProblem[]): RuleProblem[] =>
  fields.flatMap(({ field, found, expected }) => {
    const [, line] = /^text:(\d+)$/.exec(field) ?? [];
    const why = found ?? expected;
    return line === undefined || !why ? [] : [{ line: Number(line), why }];
  });

/** The place in a text where a line begins, counted from 1. */
export function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

/** A copy of a rule as the hospital's own: another id, and from where it came. */
export function asOwn(text: string, id: string): string {
  const [, old = ''] = /^id:\s*['"]?([\w-]+)/m.exec(text) ?? [];
  const renamed = /^id:.*$/m.test(text) ? text.replace(/^id:.*$/m, `id: ${id}`) : `id: ${id}\n${text}`;
  if (!old || /^related:/m.test(renamed)) return renamed;
  return renamed.replace(/^id:.*$/m, `id: ${id}\nrelated:\n  - id: ${old}\n    type: derived`);
}

/** A rule to begin with; it loads as it stands. */
export const templateOf = (id: string, title: string) =>
  `title: ${title}
id: ${id}
status: experimental
description: ''
logsource:
  product: linux
  service: sshd
detection:
  selection:
    event.action: ssh_login
    event.outcome: failure
  condition: selection
falsepositives: []
level: medium
tags:
  - attack.credential_access
  - attack.t1110
`;
