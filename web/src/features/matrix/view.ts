import type { Schemas } from '@/api/client';
import { DOMAINS, domainOf, OBJECT_TYPES } from '@/features/shared/domain';
import { type Search, wordsOf } from '@/features/shared/search';
import { type CellState, type CellVerdict, type Matrix, STATES, stateAt, unitVerdict, VERDICTS, verdictAt } from './matrix';

export type MatrixFilters = {
  q: string;
  domain: Schemas['Domain'] | undefined;
  verdicts: readonly CellVerdict[];
  states: readonly CellState[];
  objectType: Schemas['ObjectType'] | undefined;
};
type Requirement = Pick<Schemas['Requirement'], 'id' | 'clause' | 'control' | 'text'>;
type ObjectInfo = Schemas['AssessmentObject'];

export type Line =
  | { kind: 'group'; domain: Schemas['Domain']; items: number; compliant: number; applicable: number }
  | { kind: 'item'; index: number; id: string; requirement: Requirement | undefined; verdict: CellVerdict | undefined };
export type Column = { index: number; id: number; object: ObjectInfo | undefined };
export type View = { lines: Line[]; columns: Column[]; items: number };

export function matrixFilters(search: Search): MatrixFilters {
  return {
    q: (search.q ?? '').trim().toLowerCase(),
    domain: DOMAINS.find((d) => d === search.domain),
    verdicts: wordsOf(search.verdict).filter((v): v is CellVerdict => (VERDICTS as string[]).includes(v)),
    states: wordsOf(search.state).filter((s): s is CellState => (STATES as string[]).includes(s)),
    objectType: OBJECT_TYPES.find((t) => t === search.object_type),
  };
}

/** Whether a cell passes the filters by verdict and state. */
export function cellPasses(
  matrix: Matrix,
  requirement: number,
  object: number,
  filters: Pick<MatrixFilters, 'verdicts' | 'states'>,
): boolean {
  const verdict = verdictAt(matrix, requirement, object);
  if (verdict === undefined) return false;
  if (filters.verdicts.length > 0 && !filters.verdicts.includes(verdict)) return false;
  return filters.states.length === 0 || filters.states.includes(stateAt(matrix, requirement, object));
}

/** The lines and columns a filter leaves; a column none of the lines concerns is left out. */
export function viewOf(matrix: Matrix, requirements: readonly Requirement[], objects: readonly ObjectInfo[], filters: MatrixFilters): View {
  const known = new Map(requirements.map((r) => [r.id, r]));
  const info = new Map(objects.map((o) => [o.id, o]));
  const candidates = matrix.objects
    .map((id, index): Column => ({ index, id, object: info.get(id) }))
    .filter((c) => !filters.objectType || c.object?.object_type === filters.objectType)
    .sort((a, b) => rank(a) - rank(b) || (a.object?.code ?? '').localeCompare(b.object?.code ?? ''));
  const byCell = filters.verdicts.length > 0 || filters.states.length > 0;
  const rows: Extract<Line, { kind: 'item' }>[] = [];
  const concerned = new Set<number>();
  matrix.requirements.forEach((id, index) => {
    if (filters.domain && domainOf(id) !== filters.domain) return;
    const requirement = known.get(id);
    if (filters.q && !hay(id, requirement).includes(filters.q)) return;
    const hits = candidates.filter((c) =>
      byCell ? cellPasses(matrix, index, c.index, filters) : verdictAt(matrix, index, c.index) !== undefined,
    );
    if (hits.length === 0 && (byCell || filters.objectType)) return;
    for (const hit of hits) concerned.add(hit.index);
    rows.push({ kind: 'item', index, id, requirement, verdict: unitVerdict(candidates.map((c) => verdictAt(matrix, index, c.index))) });
  });
  return { lines: grouped(rows), columns: candidates.filter((c) => concerned.has(c.index)), items: rows.length };
}

/** Objects in the standard's order, which is that of the classes: rooms first, papers last, so that cells lie near the diagonal. */
const rank = (column: Column) => (column.object ? OBJECT_TYPES.indexOf(column.object.object_type) : OBJECT_TYPES.length);

function hay(id: string, requirement: Requirement | undefined): string {
  if (!requirement) return id.toLowerCase();
  const { clause, control, text } = requirement;
  return `${id} ${clause} ${control.zh} ${control.en} ${text.zh} ${text.en}`.toLowerCase();
}

function grouped(rows: readonly Extract<Line, { kind: 'item' }>[]): Line[] {
  const lines: Line[] = [];
  let group: Extract<Line, { kind: 'group' }> | undefined;
  for (const row of rows) {
    const domain = domainOf(row.id);
    if (group?.domain !== domain) {
      group = { kind: 'group', domain, items: 0, compliant: 0, applicable: 0 };
      lines.push(group);
    }
    group.items += 1;
    if (row.verdict !== 'not_applicable') group.applicable += 1;
    if (row.verdict === 'compliant') group.compliant += 1;
    lines.push(row);
  }
  return lines;
}
