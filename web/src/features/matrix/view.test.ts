import { describe, expect, it } from 'vitest';
import type { Matrix } from './matrix';
import { moved, range, sizeOf, toggled } from './selection';
import { cellPasses, matrixFilters, viewOf } from './view';

const text = (zh: string) => ({ zh, en: zh });
const matrix: Matrix = {
  revision: 1,
  requirements: ['L3-PES1-01', 'L3-CES1-01', 'L3-CES1-02'],
  objects: [1, 2, 3],
  verdicts: ['c--', '-n?', '-cc'],
  states: ['c..', '.p.', '.cc'],
};
const requirements = [
  { id: 'L3-PES1-01', clause: '8.1.1.1', control: text('物理位置选择'), text: text('示例') },
  { id: 'L3-CES1-01', clause: '8.1.4.1', control: text('身份鉴别'), text: text('口令复杂度') },
  { id: 'L3-CES1-02', clause: '8.1.4.1', control: text('身份鉴别'), text: text('登录失败处理') },
];
const object = (id: number, object_type: 'room' | 'server_os' | 'database') => ({
  id,
  code: `A${id}`,
  name: `对象 ${id}`,
  object_type,
  importance: 'important' as const,
});
const objects = [object(1, 'room'), object(2, 'server_os'), object(3, 'database')];
const view = (search: Record<string, string>) => viewOf(matrix, requirements, objects, matrixFilters(search));
const shape = (v: ReturnType<typeof view>) => ({
  lines: v.lines.map((l) => (l.kind === 'group' ? l.domain : l.id)),
  columns: v.columns.map((c) => c.id),
});

describe('view', () => {
  it('groups by class and counts what is compliant', () => {
    expect(shape(view({}))).toEqual({ lines: ['PES', 'L3-PES1-01', 'CES', 'L3-CES1-01', 'L3-CES1-02'], columns: [1, 2, 3] });
    expect(view({}).lines[2]).toMatchObject({ items: 2, applicable: 2, compliant: 0 });
  });
  it('filters by class and leaves out columns it does not concern', () => {
    expect(shape(view({ domain: 'CES' }))).toEqual({ lines: ['CES', 'L3-CES1-01', 'L3-CES1-02'], columns: [2, 3] });
  });
  it('filters by verdict, state, type and words, together', () => {
    expect(shape(view({ verdict: 'unanswered,noncompliant' }))).toEqual({ lines: ['CES', 'L3-CES1-01', 'L3-CES1-02'], columns: [2] });
    expect(shape(view({ state: 'proposed' }))).toEqual({ lines: ['CES', 'L3-CES1-01'], columns: [2] });
    expect(shape(view({ object_type: 'room' }))).toEqual({ lines: ['PES', 'L3-PES1-01'], columns: [1] });
    expect(shape(view({ q: '登录失败' })).lines).toEqual(['CES', 'L3-CES1-02']);
    expect(shape(view({ q: '8.1.1', verdict: 'noncompliant' }))).toEqual({ lines: [], columns: [] });
  });
  it('ignores words it does not know', () => {
    expect(shape(view({ verdict: 'excellent', state: 'x', domain: 'ZZZ', object_type: 'toaster' })).lines).toHaveLength(5);
  });
});

describe('selection', () => {
  const all = view({});
  const passes = (r: number, o: number) => cellPasses(matrix, r, o, { verdicts: [], states: [] });
  it('takes a rectangle without group lines and non-cells', () => {
    const chosen = range(all, { line: 4, column: 2 }, { line: 0, column: 0 }, passes);
    expect([...chosen].map(([r, cs]) => [r, [...cs]])).toEqual([
      [0, [0]],
      [1, [1, 2]],
      [2, [1, 2]],
    ]);
    expect(sizeOf(chosen)).toBe(5);
    expect(sizeOf(toggled(chosen, 0, 0))).toBe(4);
    expect(toggled(toggled(new Map(), 1, 1), 1, 1).size).toBe(0);
  });
  it('steps over group lines and stops at the edges', () => {
    expect(moved(all, { line: 1, column: 0 }, 'ArrowDown', 5)).toEqual({ line: 3, column: 0 });
    expect(moved(all, { line: 1, column: 0 }, 'ArrowUp', 5)).toEqual({ line: 1, column: 0 });
    expect(moved(all, { line: 1, column: 2 }, 'ArrowRight', 5)).toEqual({ line: 1, column: 2 });
    expect(moved(all, { line: 1, column: 0 }, 'PageDown', 50)).toEqual({ line: 4, column: 0 });
    expect(moved(all, { line: 3, column: 1 }, 'Home', 5)).toEqual({ line: 1, column: 0 });
    expect(moved(all, { line: 3, column: 1 }, 'End', 5)).toEqual({ line: 4, column: 2 });
    expect(moved(all, { line: 3, column: 1 }, 'x', 5)).toBeUndefined();
  });
});
