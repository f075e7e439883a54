import { expect, it } from 'vitest';
import { matches } from './paletteEntries';

it('finds by every typed word, in any order and letter case', () => {
  const entry = { title: 'L3-CES1-01 身份鉴别', note: '医院信息系统', words: '8.1.4.1' };
  expect(['ces1-01', '身份 l3', '8.1.4', ''].map((q) => matches(entry, q))).toEqual([true, true, true, true]);
  expect(['ces2', '身份 审计'].map((q) => matches(entry, q))).toEqual([false, false]);
});
