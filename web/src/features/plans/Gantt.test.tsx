import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { Gantt } from './Gantt';
import type { GanttRow } from './ganttRows';

const base = { owner: '林工', progress: 50, status: 'doing' as const };
const rows: GanttRow[] = [
  { ...base, key: 'P1', kind: 'phase', id: -1, parent: null, name: '立即整改', start: '2026-11-01', end: '2026-11-30', movable: false },
  { ...base, key: 't2', kind: 'task', id: 2, parent: 'P1', name: '口令策略', start: '2026-11-01', end: '2026-11-10', movable: true },
  { ...base, key: 't3', kind: 'task', id: 3, parent: 'P1', name: '机房门禁', start: '2026-11-05', end: '2026-11-12', movable: false },
];

it('moves what may be moved, opens tasks and folds phases', async () => {
  const onMove = vi.fn();
  const onOpen = vi.fn();
  const user = userEvent.setup();
  render(<Gantt rows={rows} today="2026-11-05" onMove={onMove} onOpen={onOpen} />);
  screen.getByRole('button', { name: /口令策略，2026-11-01 至 2026-11-10/ }).focus();
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
  expect(onMove).toHaveBeenCalledExactlyOnceWith(2, 1);
  screen.getByRole('button', { name: /机房门禁/ }).focus();
  await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
  expect(onMove).toHaveBeenCalledOnce();
  await user.keyboard('{Enter}');
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(3);
  await user.click(screen.getByRole('button', { name: '立即整改' }));
  expect(screen.queryByText('口令策略')).not.toBeInTheDocument();
});
