import { describe, expect, it } from 'vitest';
import { numberOf, parseSearch, stringifySearch, wordsOf } from './search';

describe('search', () => {
  it('keeps an address readable and round', () => {
    const text = stringifySearch({ q: '口令 审计', verdict: 'partial,noncompliant', empty: '', gone: undefined });
    expect(parseSearch(text)).toEqual({ q: '口令 审计', verdict: 'partial,noncompliant' });
    expect(stringifySearch({})).toBe('');
  });
  it('takes only whole numbers as ids', () => {
    expect(['17', '-1', '1e3', 'x', undefined].map(numberOf)).toEqual([17, undefined, undefined, undefined, undefined]);
  });
  it('splits lists and drops empty words', () => {
    expect(wordsOf('open,,planned')).toEqual(['open', 'planned']);
    expect(wordsOf(undefined)).toEqual([]);
  });
});
