import type { Column, Line, View } from './view';

/** A place in the shown grid: positions among the shown lines and columns. */
export type Place = { line: number; column: number };
/** Chosen cells by their place in the matrix itself, so that a changed filter does not move them. */
export type Selection = ReadonlyMap<number, ReadonlySet<number>>;
export const NONE: Selection = new Map();

export const sizeOf = (selection: Selection) => [...selection.values()].reduce((sum, columns) => sum + columns.size, 0);

const itemAt = (view: View, line: number): Extract<Line, { kind: 'item' }> | undefined => {
  const found = view.lines[line];
  return found?.kind === 'item' ? found : undefined;
};

type Passes = (requirement: number, object: number) => boolean;

/** All cells between two places, group lines and non-cells left out. */
export function range(view: View, from: Place, to: Place, passes: Passes): Selection {
  const chosen = new Map<number, Set<number>>();
  const columns = view.columns.slice(Math.min(from.column, to.column), Math.max(from.column, to.column) + 1);
  for (let line = Math.min(from.line, to.line); line <= Math.max(from.line, to.line); line++) {
    const item = itemAt(view, line);
    if (item) choose(chosen, item.index, columns, passes);
  }
  return chosen;
}

function choose(chosen: Map<number, Set<number>>, requirement: number, columns: readonly Column[], passes: Passes) {
  const hits = columns.filter((c) => passes(requirement, c.index)).map((c) => c.index);
  if (hits.length > 0) chosen.set(requirement, new Set(hits));
}

/** The selection with one cell turned over. */
export function toggled(selection: Selection, requirement: number, object: number): Selection {
  const next = new Map(selection);
  const columns = new Set(next.get(requirement));
  if (!columns.delete(object)) columns.add(object);
  if (columns.size > 0) next.set(requirement, columns);
  else next.delete(requirement);
  return next;
}

/** Where a key leads from a place; group lines are stepped over. */
export function moved(view: View, at: Place, key: string, page: number): Place | undefined {
  const lastColumn = view.columns.length - 1;
  switch (key) {
    case 'ArrowUp':
      return { ...at, line: step(view, at.line, -1, 1) };
    case 'ArrowDown':
      return { ...at, line: step(view, at.line, 1, 1) };
    case 'PageUp':
      return { ...at, line: step(view, at.line, -1, page) };
    case 'PageDown':
      return { ...at, line: step(view, at.line, 1, page) };
    case 'ArrowLeft':
      return { ...at, column: Math.max(0, at.column - 1) };
    case 'ArrowRight':
      return { ...at, column: Math.min(lastColumn, at.column + 1) };
    case 'Home':
      return { line: step(view, -1, 1, 1), column: 0 };
    case 'End':
      return { line: step(view, view.lines.length, -1, 1), column: lastColumn };
    default:
      return undefined;
  }
}

function step(view: View, from: number, direction: 1 | -1, count: number): number {
  let at = from;
  let best = from;
  let left = count;
  while (left > 0) {
    at += direction;
    if (at < 0 || at >= view.lines.length) break;
    if (itemAt(view, at)) {
      best = at;
      left -= 1;
    }
  }
  return best;
}
