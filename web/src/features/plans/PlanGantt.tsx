import { useMemo } from 'react';
import { bodyOf, client, type Schemas } from '@/api/client';
import { useChange } from '@/features/shared/useChange';
import { today } from '@/i18n/format';
import { useText } from '@/i18n/words';
import { Gantt } from './Gantt';
import { ganttRows } from './ganttRows';
import { TOUCHES } from './queries';
import { shifted } from './tasks';

/** The plan on a time axis; moving a bar moves the task's days. */
export function PlanGantt({ plan, onOpen }: { plan: Schemas['Plan']; onOpen: (task: number) => void }) {
  const text = useText();
  const rows = useMemo(() => ganttRows(plan, today(), text), [plan, text]);
  const move = useChange(
    ({ id, days }: { id: number; days: number }) => {
      const task = plan.tasks.find((k) => k.id === id);
      if (!task) throw new Error(`no task ${id}`);
      const body = {
        owner_id: task.owner_id,
        department_id: task.department_id,
        starts_on: shifted(task.starts_on, days),
        due_on: shifted(task.due_on, days),
        note: task.note,
        title: null,
      };
      return bodyOf(client.PUT('/api/v1/tasks/{id}', { params: { path: { id } }, body }));
    },
    { touches: TOUCHES },
  );
  return <Gantt rows={rows} today={today()} onMove={(id, days) => move.mutate({ id, days })} onOpen={onOpen} />;
}
