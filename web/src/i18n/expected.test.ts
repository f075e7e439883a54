import { describe, expect, it } from 'vitest';
import { expectedIn } from './expected';
import phrases from './zh-CN/expected.json';

describe('what a field should hold', () => {
  it('is said in the language of the page', () => {
    expect(expectedIn('zh-CN', 'the name of a parser')).toBe('已有的解析器');
    expect(expectedIn('en-US', 'the name of a parser')).toBe('the name of a parser');
  });
  it('keeps its numbers', () => {
    expect(expectedIn('zh-CN', '1 to 120 characters')).toBe('1～120 个字');
    expect(expectedIn('zh-CN', 'at most 5,000 rows')).toBe('不超过 5,000 行');
  });
  it('stays as it came where nobody knows it', () => {
    expect(expectedIn('zh-CN', 'something new')).toBe('something new');
  });
  it('is Chinese throughout', () => {
    expect(Object.entries(phrases).filter(([, text]) => !/\p{Script=Han}/u.test(text))).toEqual([]);
  });
});
