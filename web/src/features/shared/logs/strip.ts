import type { Schemas } from '@/api/client';
import type { Tone } from '@/ui/Pill';

/** How it looks whether the logs of an asset are collected. */
export const COLLECTED_TONES: Record<Schemas['LogCollected'], Tone> = { sending: 'good', silent: 'bad', missing: 'warn' };

export type Shade = 'gap' | 'none' | 'few' | 'some' | 'many';
const HOURS_A_CELL = 4;

/** A week of hours as cells of four hours each: a gap where any of them is one, else darker the more came. */
export function strip(hours: readonly number[], gaps: readonly boolean[]): { from: number; kind: Shade }[] {
  const most = Math.max(0, ...hours) * HOURS_A_CELL;
  const cells: { from: number; kind: Shade }[] = [];
  for (let from = 0; from < hours.length; from += HOURS_A_CELL) {
    const until = from + HOURS_A_CELL;
    const events = hours.slice(from, until).reduce((sum, n) => sum + n, 0);
    const isGap = gaps.slice(from, until).some(Boolean);
    cells.push({ from, kind: isGap ? 'gap' : shadeOf(events, most) });
  }
  return cells;
}

function shadeOf(events: number, most: number): Shade {
  if (events === 0) return 'none';
  if (events * 8 < most) return 'few';
  return events * 2 < most ? 'some' : 'many';
}
