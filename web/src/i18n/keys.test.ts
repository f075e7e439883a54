import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from './en-US';
import { zh } from './zh-CN';

type Tree = { [key: string]: string | Tree };
const flat = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(
    ([key, value]) => (typeof value === 'string' ? [[prefix + key, value]] : flat(value, `${prefix}${key}.`)) as [string, string][],
  );
const chinese = new Map(flat(zh as Tree));
const english = new Map(flat(en as Tree));
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)(?:, \w+)?\}\}/g)].map((m) => m[1]).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.(test|d)\.ts/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('messages', () => {
  it('are the same keys in both languages, none empty', () => {
    expect([...english.keys()].filter((k) => !chinese.has(k) && ![...chinese.keys()].some((known) => known.startsWith(`${k}.`)))).toEqual(
      [],
    );
    expect([...chinese.keys()].filter((k) => !english.get(k) || !chinese.get(k))).toEqual([]);
  });
  it('take the same values', () => {
    expect([...chinese].filter(([k, text]) => holes(text).join() !== holes(english.get(k) ?? '').join()).map(([k]) => k)).toEqual([]);
  });
  it('are all used, and all that are used exist', () => {
    const code = sources('src').join('\n');
    const literal = [...code.matchAll(/['`]((?:[a-z]\w*)(?:\.[\w-]+)+)['`]/gi)].map((m) => m[1] as string);
    const patterns = [...code.matchAll(/`((?:[a-z]\w*\.)[\w.-]*\$\{[^`]*)`/gi)].map(
      (m) =>
        new RegExp(
          `^${(m[1] as string)
            .replace(/\$\{[^}]*\}/g, '@@')
            .replace(/[.\\^$*+?()[\]{}|]/g, '\\$&')
            .replace(/@@/g, '[\\w.-]+')}$`,
        ),
    );
    const used = new Set(literal);
    const groups = Object.keys(zh);
    const unused = [...chinese.keys()].filter((k) => !used.has(k) && !patterns.some((p) => p.test(k)));
    expect(unused).toEqual([]);
    const called = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map((m) => m[1] as string);
    expect(
      called.filter(
        (k) => groups.includes(k.split('.')[0] ?? '') && !chinese.has(k) && ![...chinese.keys()].some((known) => known.startsWith(`${k}.`)),
      ),
    ).toEqual([]);
  });
});
