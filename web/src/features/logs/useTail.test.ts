import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useTail } from './useTail';

/** A line that the test speaks on. */
class Line extends EventTarget {
  static readonly CLOSED = 2;
  static last: Line;
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  close = vi.fn();
  constructor(readonly address: string) {
    super();
    Line.last = this;
  }
  say(kind: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }
}
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Line);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('shows what comes together, says what was left out, and begins anew for another query', () => {
  const { result, rerender, unmount } = renderHook(({ query }) => useTail(query), { initialProps: { query: 'user.name:root' } });
  const line = Line.last;
  expect(line.address).toBe('/api/v1/logs/tail?query=user.name%3Aroot');
  expect(result.current.state).toBe('connecting');
  act(() => {
    line.onopen?.();
    line.say('event', { sequence: '1' });
    line.say('event', { sequence: '2' });
    line.say('lag', { skipped: 5 });
  });
  expect([result.current.state, result.current.tail.rows.length, result.current.tail.skipped]).toEqual(['open', 0, 5]);
  act(() => void vi.advanceTimersByTime(300));
  expect(result.current.tail.rows.map((row) => row.sequence)).toEqual(['2', '1']);
  rerender({ query: 'sudo' });
  expect(line.close).toHaveBeenCalledOnce();
  expect(result.current.tail.rows).toEqual([]);
  unmount();
  expect(Line.last.close).toHaveBeenCalledOnce();
});

it('tells a broken line from one that the browser mends', () => {
  const { result } = renderHook(() => useTail(''));
  act(() => Line.last.onerror?.());
  expect(result.current.state).toBe('connecting');
  Line.last.readyState = Line.CLOSED;
  act(() => Line.last.onerror?.());
  expect(result.current.state).toBe('broken');
  const before = Line.last;
  act(() => result.current.retry());
  expect(Line.last).not.toBe(before);
});
