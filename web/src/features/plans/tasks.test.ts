import { describe, expect, it } from 'vitest';
import { overdue, shifted, tasksOf } from './tasks';

const task = (state: 'todo' | 'doing' | 'verifying' | 'done', due_on: string) => ({ state, due_on });
const tasks = [task('todo', '2026-11-01'), task('done', '2026-11-01'), task('doing', '2026-12-01')];

describe('tasks', () => {
  it('are overdue the day after, unless done', () => {
    expect(tasks.map((k) => overdue(k, '2026-11-22'))).toEqual([true, false, false]);
    expect(overdue(task('todo', '2026-11-22'), '2026-11-22')).toBe(false);
  });
  it('filter by state', () => {
    expect(tasksOf(tasks, 'overdue', '2026-11-22')).toHaveLength(1);
    expect(tasksOf(tasks, 'doing', '2026-11-22')).toEqual([tasks[2]]);
    expect(tasksOf(tasks, 'lost', '2026-11-22')).toHaveLength(3);
  });
  it('move over months and years', () =>
    expect([shifted('2026-12-31', 1), shifted('2027-03-01', -1)]).toEqual(['2027-01-01', '2027-02-28']));
});
