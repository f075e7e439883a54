import { describe, expect, it } from 'vitest';
import type { Schemas } from '@/api/client';
import { percentOf, rowsOf, writes } from './fates';

const row = (n: number, fate: Schemas['PreviewRow']['fate']): Schemas['PreviewRow'] => ({
  row: n,
  key: `K${n}`,
  name: null,
  fate,
  changes: [],
  problems: [],
});
const rows = [row(2, 'create'), row(3, 'reject'), row(4, 'unchanged'), row(5, 'update'), row(6, 'reject')];

describe('import fates', () => {
  it('shows rejected rows first, each fate in sheet order', () => {
    expect(rowsOf({ rows }, undefined).map((r) => r.row)).toEqual([3, 6, 2, 5, 4]);
    expect(rows.map((r) => r.row)).toEqual([2, 3, 4, 5, 6]);
  });
  it('shows one fate alone', () => {
    expect(rowsOf({ rows }, 'reject').map((r) => r.row)).toEqual([3, 6]);
  });
  it('counts what would be written, and never passes 100 %', () => {
    expect(writes({ create: 3, update: 2 })).toBe(5);
    expect([percentOf({ done: 0, total: 0 }), percentOf({ done: 1, total: 3 }), percentOf({ done: 9, total: 8 })]).toEqual([0, 33, 100]);
  });
});
