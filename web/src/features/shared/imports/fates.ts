import type { Schemas } from '@/api/client';

type Preview = Schemas['ImportPreview'];
export type Fate = Schemas['PreviewRow']['fate'];
export const FATES = ['reject', 'create', 'update', 'unchanged'] as const satisfies readonly Fate[];

/** The rows of one fate, or all with the rejected first: they are what the reader must act on. */
export function rowsOf(preview: Pick<Preview, 'rows'>, fate: Fate | undefined): Preview['rows'] {
  if (fate) return preview.rows.filter((row) => row.fate === fate);
  const order = new Map<Fate, number>(FATES.map((f, i) => [f, i]));
  return preview.rows.toSorted((a, b) => (order.get(a.fate) ?? 9) - (order.get(b.fate) ?? 9) || a.row - b.row);
}

/** How many rows an import would write. */
export const writes = (preview: Pick<Preview, 'create' | 'update'>) => preview.create + preview.update;

/** How far a job is, 0 to 100; a job that does not know its size yet is at 0. */
export const percentOf = (job: Pick<Schemas['Job'], 'done' | 'total'>) =>
  job.total > 0 ? Math.min(100, Math.floor((job.done / job.total) * 100)) : 0;
