import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GanttRow } from './ganttRows';

type Props = {
  row: GanttRow;
  left: number;
  width: number;
  px: number;
  onMove: (id: number, days: number) => void;
  onOpen: (id: number) => void;
};

/** One task's bar. Moves by whole days. */
export function GanttBar({ row, left, width, px, onMove, onOpen }: Props) {
  const { t } = useTranslation();
  const [drag, setDrag] = useState<{ from: number; dx: number } | null>(null);
  // The click that ends a drag must not open the task.
  const dragged = useRef(false);
  const label = t('gantt.task', {
    name: row.name,
    start: row.start,
    end: row.end,
    progress: row.progress,
    owner: row.owner || t('common.unassigned'),
  });
  const key = (event: KeyboardEvent) => {
    if (!row.movable || !event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    onMove(row.id, event.key === 'ArrowLeft' ? -1 : 1);
  };
  const down = (event: PointerEvent<HTMLButtonElement>) => {
    if (!row.movable) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: event.clientX, dx: 0 });
  };
  const move = (event: PointerEvent) => {
    if (drag) setDrag({ ...drag, dx: Math.round((event.clientX - drag.from) / px) * px });
  };
  const up = () => {
    dragged.current = Boolean(drag?.dx);
    if (drag?.dx) onMove(row.id, Math.round(drag.dx / px));
    setDrag(null);
  };
  return (
    <button
      type="button"
      className={`task ${row.status}${row.movable ? ' movable' : ''}`}
      style={{ left: left + (drag?.dx ?? 0), width }}
      aria-label={label}
      title={label}
      onKeyDown={key}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onClick={() => {
        if (!dragged.current) onOpen(row.id);
        dragged.current = false;
      }}
    >
      <i style={{ width: `${row.progress}%` }} />
    </button>
  );
}
