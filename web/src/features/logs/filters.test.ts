import { describe, expect, it } from 'vitest';
import { composed, type Filter, filtersIn, filtersText, toggled } from './filters';

const want = (field: string, value: string | null): Filter => ({ field, value, not: false });
const refuse = (field: string, value: string | null): Filter => ({ field, value, not: true });

describe('filters', () => {
  const filters = [want('source', 'fw01'), refuse('user.name', 'root'), want('source', 'his db'), want('source.ip', null)];
  it('are a query, with the values of one field as alternatives', () => {
    expect(filtersText(filters)).toBe('(source:fw01 OR source:"his db") source.ip:* -user.name:root');
  });
  it('are read back from the address', () => {
    const back = filtersIn(filtersText(filters));
    expect(filtersText(back)).toBe(filtersText(filters));
    expect(back).toHaveLength(4);
    expect(filtersIn('junk source: "x" user.name:"open')).toEqual([]);
    expect(filtersIn('a:"*"')).toEqual([want('a', '*')]);
  });
  it('go when set again, and give way to their opposite', () => {
    const one = want('source', 'fw01');
    expect(toggled([], one)).toEqual([one]);
    expect(toggled([one], one)).toEqual([]);
    expect(toggled([one], refuse('source', 'fw01'))).toEqual([refuse('source', 'fw01')]);
  });
  it('hold beside what was typed', () => {
    expect(composed(' failed ', [])).toBe('failed');
    expect(composed('', [want('a', '1')])).toBe('a:1');
    expect(composed('failed', [want('a', '1')])).toBe('failed a:1');
    expect(composed('x OR y', [refuse('a', '1')])).toBe('(x OR y) -a:1');
    expect(composed('"x OR y"', [refuse('a', '1')])).toBe('"x OR y" -a:1');
  });
});
