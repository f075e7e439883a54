import type { Schemas } from '@/api/client';

export type Matrix = Schemas['Matrix'];
export type CellVerdict = Schemas['CellVerdict'];
export type CellState = Schemas['CellState'];

const VERDICT: Record<string, CellVerdict> = { c: 'compliant', p: 'partial', n: 'noncompliant', x: 'not_applicable', '?': 'unanswered' };
const STATE: Record<string, CellState> = { '.': 'none', p: 'proposed', c: 'confirmed', o: 'overruled', r: 'reopened' };
const VERDICT_CHARACTER = Object.fromEntries(Object.entries(VERDICT).map(([k, v]) => [v, k])) as Record<CellVerdict, string>;
const STATE_CHARACTER = Object.fromEntries(Object.entries(STATE).map(([k, v]) => [v, k])) as Record<CellState, string>;
export const VERDICTS = Object.values(VERDICT);
export const STATES = Object.values(STATE);

/** The verdict of a cell; undefined where the requirement does not apply to the object's type. */
export const verdictAt = (matrix: Matrix, requirement: number, object: number): CellVerdict | undefined =>
  VERDICT[matrix.verdicts[object]?.[requirement] ?? '-'];
export const stateAt = (matrix: Matrix, requirement: number, object: number): CellState =>
  STATE[matrix.states[object]?.[requirement] ?? '.'] ?? 'none';

/** A requirement over its objects, as the standard judges a unit: all alike, else partial; one without verdict leaves it open. */
export function unitVerdict(verdicts: readonly (CellVerdict | undefined)[]): CellVerdict | undefined {
  const cells = verdicts.filter((v) => v !== undefined);
  if (cells.length === 0) return undefined;
  const applicable = cells.filter((v) => v !== 'not_applicable');
  if (applicable.length === 0) return 'not_applicable';
  if (applicable.includes('unanswered')) return 'unanswered';
  const [first] = applicable;
  return applicable.every((v) => v === first) ? first : 'partial';
}

/** A cell; for a confirmation with what was seen proposed, so that nobody confirms what came since. */
export type CellRef = { requirement: string; asset_id: number; proposed?: Schemas['Verdict'] };

/** The matrix as it will be after a decision; shown at once, and taken back when the server refuses. */
export function patched(matrix: Matrix, cells: readonly CellRef[], change: { verdict?: CellVerdict | null; state: CellState }): Matrix {
  const rowOf = new Map(matrix.requirements.map((id, i) => [id, i]));
  const columnOf = new Map(matrix.objects.map((id, i) => [id, i]));
  const verdicts = matrix.verdicts.map((line) => [...line]);
  const states = matrix.states.map((line) => [...line]);
  for (const cell of cells) {
    const row = rowOf.get(cell.requirement);
    const column = columnOf.get(cell.asset_id);
    if (row === undefined || column === undefined || verdictAt(matrix, row, column) === undefined) continue;
    const stateLine = states[column];
    const verdictLine = verdicts[column];
    if (stateLine) stateLine[row] = STATE_CHARACTER[change.state];
    if (verdictLine && change.verdict) verdictLine[row] = VERDICT_CHARACTER[change.verdict];
  }
  return { ...matrix, verdicts: verdicts.map((line) => line.join('')), states: states.map((line) => line.join('')) };
}

/** `L3-CES1-01@17`, a cell in the address. */
export const cellText = (cell: CellRef) => `${cell.requirement}@${cell.asset_id}`;
export function parseCell(text: string | undefined): CellRef | undefined {
  const match = /^(L[1-4]-[A-Z]{3}[1-4]-\d{2})@(\d{1,15})$/.exec(text ?? '');
  return match?.[1] ? { requirement: match[1], asset_id: Number(match[2]) } : undefined;
}
