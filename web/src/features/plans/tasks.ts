import type { Schemas } from '@/api/client';

type Task = Pick<Schemas['Task'], 'state' | 'due_on'>;

/** A task past its day that is not done. Days compare as text. */
export const overdue = (task: Task, day: string) => task.state !== 'done' && task.due_on < day;

/** Tasks of a state, or those overdue; an unknown word filters nothing. */
export function tasksOf<T extends Task>(tasks: readonly T[], state: string | undefined, day: string): T[] {
  if (state === 'overdue') return tasks.filter((k) => overdue(k, day));
  const known = state === 'todo' || state === 'doing' || state === 'verifying' || state === 'done';
  return known ? tasks.filter((k) => k.state === state) : [...tasks];
}

/** A day some days later. */
export const shifted = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
