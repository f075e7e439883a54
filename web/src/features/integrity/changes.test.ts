import { expect, it } from 'vitest';
import { comparedLines, whoOf } from './changes';

const entry = (more: object) => ({
  kind: 'file',
  mode: '0644',
  uid: 0,
  gid: 0,
  size_bytes: 12,
  modified_at: null,
  sha256: 'a',
  target: null,
  ...more,
});

it('compares what was with what is, line by line', () => {
  const lines = comparedLines({ before: entry({}), after: entry({ mode: '4755', sha256: 'b' }) } as never);
  expect(lines.filter((line) => !line.isSame).map((line) => [line.field, line.before, line.after])).toEqual([
    ['mode', '0644', '4755'],
    ['sha256', 'a', 'b'],
  ]);
  expect(lines.map((line) => line.field)).toEqual(['kind', 'mode', 'uid', 'gid', 'size_bytes', 'sha256']);
  expect(comparedLines({ before: null, after: entry({}) } as never).every((line) => line.before === '')).toBe(true);
});

it('names who signed in and as whom it was done', () => {
  expect([
    whoOf({ account: 'ward3', acted_as: 'root' }),
    whoOf({ account: 'root', acted_as: 'root' }),
    whoOf({ account: 'service', acted_as: null }),
  ]).toEqual(['ward3 → root', 'root', 'service']);
});
