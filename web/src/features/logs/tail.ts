import type { LogEvent } from './types';

/** As many events as the live view keeps; the oldest make room. */
export const TAIL_ROWS = 500;

export type Tail = {
  /** Newest first. */
  rows: readonly LogEvent[];
  /** What came while the view is halted. */
  held: readonly LogEvent[];
  /** Of those, how many did not fit. */
  overflow: number;
  /** Events that the server left out because this page did not keep up. */
  skipped: number;
  paused: boolean;
  seen: number;
};
export const QUIET: Tail = { rows: [], held: [], overflow: 0, skipped: 0, paused: false, seen: 0 };

type Step = { kind: 'events'; events: readonly LogEvent[] } | { kind: 'lag'; skipped: number } | { kind: 'pause' | 'resume' | 'clear' };

const newest = (incoming: readonly LogEvent[], before: readonly LogEvent[]) => [...[...incoming].reverse(), ...before];

export function tailAfter(tail: Tail, step: Step): Tail {
  switch (step.kind) {
    case 'events': {
      const seen = tail.seen + step.events.length;
      if (!tail.paused) return { ...tail, seen, rows: newest(step.events, tail.rows).slice(0, TAIL_ROWS) };
      const held = newest(step.events, tail.held);
      return { ...tail, seen, held: held.slice(0, TAIL_ROWS), overflow: tail.overflow + Math.max(0, held.length - TAIL_ROWS) };
    }
    case 'lag':
      return { ...tail, skipped: tail.skipped + step.skipped };
    case 'pause':
      return { ...tail, paused: true };
    case 'resume':
      return { ...tail, paused: false, rows: [...tail.held, ...tail.rows].slice(0, TAIL_ROWS), held: [], overflow: 0 };
    case 'clear':
      return { ...QUIET, paused: tail.paused };
  }
}
