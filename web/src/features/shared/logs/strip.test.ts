import { describe, expect, it } from 'vitest';
import { strip } from './strip';

describe('the strip of a week', () => {
  it('shows a gap wherever an hour of a cell is one', () => {
    const hours = [5, 5, 0, 5, 1, 0, 0, 0, 0, 0, 0, 0];
    const gaps = hours.map((_, i) => i === 2);
    expect(strip(hours, gaps).map((one) => one.kind)).toEqual(['gap', 'few', 'none']);
  });
  it('is darker where more came', () => {
    expect(strip([10, 10, 10, 10, 3, 3, 3, 3], Array(8).fill(false)).map((one) => one.kind)).toEqual(['many', 'some']);
  });
  it('is empty for a source that is new', () => {
    expect(strip([], [])).toEqual([]);
  });
});
