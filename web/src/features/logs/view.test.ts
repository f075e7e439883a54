import { describe, expect, it } from 'vitest';
import {
  columnsPatch,
  DEFAULT_COLUMNS,
  fromWallTime,
  longerSpans,
  moved,
  rangeOf,
  rangePatch,
  spanPatch,
  viewOf,
  wallTime,
  widened,
  withColumn,
} from './view';

const NOW = Date.parse('2026-11-23T04:00:00Z');

describe('the address of a search', () => {
  it('opens on the last day as a table', () => {
    expect(viewOf({})).toEqual({
      q: '',
      filters: [],
      span: '24h',
      range: null,
      order: 'desc',
      columns: DEFAULT_COLUMNS,
      look: 'table',
      wrap: false,
      live: false,
      open: null,
    });
  });
  it('is what one sees', () => {
    const view = viewOf({
      q: 'failed',
      where: '-source:fw01',
      span: '7d',
      order: 'asc',
      cols: 'at,user.name',
      look: 'raw',
      wrap: 'on',
      live: 'on',
      event: '18446744073709551615',
    });
    expect(view).toMatchObject({
      q: 'failed',
      span: '7d',
      order: 'asc',
      columns: ['at', 'user.name'],
      look: 'raw',
      wrap: true,
      live: true,
      open: '18446744073709551615',
    });
    expect(view.filters).toEqual([{ field: 'source', value: 'fw01', not: true }]);
  });
  it('does not follow what makes no sense', () => {
    expect(viewOf({ span: '9y' }).span).toBe('24h');
    expect(viewOf({ from: 'x', to: 'y' }).range).toBeNull();
    expect(viewOf({ from: '2026-11-23T00:00:00Z', to: '2026-11-22T00:00:00Z' })).toMatchObject({ span: '24h', range: null });
  });
  it('names a time once', () => {
    const range = { from: '2026-11-22T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' };
    expect(rangePatch(range)).toEqual({ span: undefined, ...range });
    expect(spanPatch('1h')).toEqual({ span: '1h', from: undefined, to: undefined });
    expect(spanPatch('24h').span).toBeUndefined();
    expect(columnsPatch(DEFAULT_COLUMNS).cols).toBeUndefined();
  });
});

describe('time', () => {
  it('counts back from now, or stands', () => {
    expect(rangeOf(viewOf({ span: '15m' }), NOW)).toEqual({ from: '2026-11-23T03:45:00.000Z', to: '2026-11-23T04:00:00.000Z' });
    const range = { from: '2026-11-22T00:00:00.000Z', to: '2026-11-22T01:00:00.000Z' };
    expect(rangeOf(viewOf(range), NOW)).toEqual(range);
  });
  it('widens around its middle, never into the future', () => {
    expect(widened({ from: '2026-11-22T00:00:00Z', to: '2026-11-22T02:00:00Z' }, NOW)).toEqual({
      from: '2026-11-21T23:00:00.000Z',
      to: '2026-11-22T03:00:00.000Z',
    });
    expect(widened({ from: '2026-11-23T02:00:00Z', to: '2026-11-23T04:00:00Z' }, NOW)).toEqual({
      from: '2026-11-23T01:00:00.000Z',
      to: '2026-11-23T04:00:00.000Z',
    });
  });
  it('offers longer times to who found nothing', () => {
    expect([longerSpans('4h'), longerSpans('30d')]).toEqual([['24h', '7d', '30d'], []]);
  });
  it('reads on the wall in Shanghai', () => {
    expect(wallTime('2026-11-23T04:00:00Z')).toBe('2026-11-23 12:00:00');
    expect(fromWallTime('2026-11-23 12:00:00')).toBe('2026-11-23T04:00:00.000Z');
  });
});

it('columns are put in before the message, moved and taken away', () => {
  expect(withColumn(['at', 'message'], 'user.name')).toEqual(['at', 'user.name', 'message']);
  expect(withColumn(['at', 'user.name'], 'at')).toEqual(['user.name']);
  expect([moved(['a', 'b', 'c'], 'b', -1), moved(['a', 'b', 'c'], 'c', 1)]).toEqual([
    ['b', 'a', 'c'],
    ['a', 'b', 'c'],
  ]);
});
