import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import phrases from './zh-CN/expected.json';

const known: Readonly<Record<string, string>> = phrases;
/** Phrases with numbers in them. */
const RULES: readonly [RegExp, string][] = [
  [/^(\d+) to ([\d,]+) characters$/, '$1～$2 个字'],
  [/^at most ([\d,]+) characters$/, '不超过 $1 个字'],
  [/^at most ([\d,]+) bytes$/, '不超过 $1 字节'],
  [/^at most ([\d,]+) rows$/, '不超过 $1 行'],
  [/^at most ([\d,]+)$/, '不超过 $1 个'],
  [/^at most (\d+) MiB of memory$/, '不超过 $1 MiB 内存'],
  [/^at most (\d+) seconds$/, '不超过 $1 秒'],
  [/^a column of events such as (.+)$/, 'events 的列，如 $1'],
  [/^a path below (.+)$/, '$1 之下的路径'],
  [/^none of the last (\d+)$/, '与最近 $1 次口令不同'],
];

/** What the server expected of a field: its English phrase, in Chinese where the page knows it. */
export function expectedIn(language: string, phrase: string): string {
  if (language === 'en-US') return phrase;
  const rule = RULES.find(([pattern]) => pattern.test(phrase));
  return known[phrase] ?? (rule ? phrase.replace(...rule) : phrase);
}

export function useExpected() {
  const { i18n } = useTranslation();
  return useCallback((phrase: string) => expectedIn(i18n.language, phrase), [i18n.language]);
}
