import type { Schemas, Text } from '@/api/client';
import { overdue } from './tasks';

export type GanttRow = {
  key: string;
  kind: 'phase' | 'task';
  id: number;
  parent: string | null;
  name: string;
  start: string;
  end: string;
  progress: number;
  owner: string;
  status: 'todo' | 'doing' | 'verifying' | 'done' | 'overdue';
  movable: boolean;
};

const PROGRESS = { todo: 0, doing: 50, verifying: 90, done: 100 } as const;

/** Phases with their tasks, in the order they start. */
export function ganttRows(plan: Pick<Schemas['Plan'], 'phases' | 'tasks'>, day: string, text: (text: Text) => string): GanttRow[] {
  return plan.phases.flatMap((phase) => {
    const tasks = plan.tasks
      .filter((k) => k.phase === phase.code)
      .toSorted((a, b) => a.starts_on.localeCompare(b.starts_on) || a.due_on.localeCompare(b.due_on))
      .map(
        (k): GanttRow => ({
          key: `t${k.id}`,
          kind: 'task',
          id: k.id,
          parent: phase.code,
          name: text(k.title),
          start: k.starts_on,
          end: k.due_on,
          progress: PROGRESS[k.state],
          owner: k.owner_name ?? '',
          status: overdue(k, day) ? 'overdue' : k.state,
          movable: k.allowed_actions.includes('edit'),
        }),
      );
    const done = tasks.reduce((sum, k) => sum + k.progress, 0);
    const head: GanttRow = {
      key: phase.code,
      kind: 'phase',
      id: -1,
      parent: null,
      name: text(phase.name),
      start: phase.starts_on,
      end: phase.ends_on,
      progress: tasks.length ? Math.round(done / tasks.length) : 0,
      owner: '',
      status: 'todo',
      movable: false,
    };
    return [head, ...tasks];
  });
}
