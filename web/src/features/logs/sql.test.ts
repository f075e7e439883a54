import { describe, expect, it } from 'vitest';
import { nameOf, shownOf, sqlViewOf, widthOf, withWord } from './sql';

describe('a question in SQL', () => {
  it('stands in the address, masked unless that says otherwise', () => {
    expect(sqlViewOf({ sql: 'SELECT 1' })).toEqual({ sql: 'SELECT 1', mask: true });
    expect(sqlViewOf({ mask: 'off' })).toEqual({ sql: '', mask: false });
  });
  it('takes a column where the caret is', () => {
    expect(withWord('SELECT ', 7, 7, 'user.name')).toEqual({ sql: 'SELECT user.name', caret: 16 });
    expect(withWord('SELECT time FROM events', 11, 11, 'source')).toEqual({ sql: 'SELECT time source FROM events', caret: 18 });
    expect(withWord('count()', 6, 6, 'text')).toEqual({ sql: 'count(text)', caret: 10 });
    expect(withWord('SELECT x', 7, 8, 'y')).toEqual({ sql: 'SELECT y', caret: 8 });
  });
  it('quotes names that are no words of SQL', () => {
    expect(['source.ip', 'MAC', '科室', 'a"b', '1st'].map(nameOf)).toEqual(['source.ip', '"MAC"', '"科室"', '"a""b"', '"1st"']);
  });
});

describe('an answer', () => {
  it('shows instants of Shanghai and leaves the rest as it came', () => {
    expect(shownOf('2026-11-22T02:00:00.5Z', 'time')).toBe('2026-11-22 10:00:00.500');
    expect(shownOf('9007199254740993', 'integer')).toBe('9007199254740993');
    expect(shownOf(false, 'flag')).toBe('false');
    expect(shownOf(null, 'text')).toBeNull();
  });
  it('gives a column the room of its values, within bounds', () => {
    const column = { name: 'n', kind: 'text' as const };
    expect(widthOf(column, 0, [['a']])).toBe(72);
    expect(widthOf(column, 0, [['x'.repeat(400)]])).toBe(420);
    expect(widthOf(column, 0, [['张三丰张三丰']])).toBe(widthOf(column, 0, [['abcdefabcdef']]));
  });
});
