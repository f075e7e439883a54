import { memo } from 'react';
import type { GridColumn } from './DataGrid';

type Props<R> = {
  row: R | undefined;
  id: number;
  prefix: string;
  index: number;
  top: number;
  height: number;
  columns: readonly GridColumn<R>[];
  offsets: readonly number[];
  selected: boolean;
  selectable: boolean;
  active: boolean;
  open: boolean;
  onOpen: (row: R, index: number) => void;
  onToggle: (id: number) => void;
  selectLabel: string;
};

function Row<R>(props: Props<R>) {
  const { row, id, prefix, index, top, height, columns, offsets, selected, selectable, active, open, onOpen, onToggle, selectLabel } =
    props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles Enter and Space for the active row
    <div
      role="row"
      id={`${prefix}${id}`}
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      className={`dg-row${active ? ' active' : ''}${selected || open ? ' sel' : ''}`}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={(event) => {
        // A link or button within the row does its own thing.
        if (row !== undefined && !(event.target as Element).closest('a, button')) onOpen(row, index);
      }}
      tabIndex={-1}
    >
      {selectable && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: only stops the row's click
        <div
          role="gridcell"
          className="dg-cell dg-check fixed"
          style={{ left: 0 }}
          tabIndex={-1}
          onClick={(event) => event.stopPropagation()}
        >
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`${selectLabel} ${index + 1}`}
            checked={selected}
            disabled={row === undefined}
            onChange={() => onToggle(id)}
          />
        </div>
      )}
      {columns.map((column, i) => (
        <div
          role="gridcell"
          key={column.key}
          className={`dg-cell${column.fixed ? ' fixed' : ''}${column.align === 'end' ? ' end' : ''}`}
          style={column.fixed ? { left: offsets[i] } : undefined}
          tabIndex={-1}
        >
          {row === undefined ? <i className="dg-bone" /> : column.render(row)}
        </div>
      ))}
    </div>
  );
}

/** One row; drawn again only when its own data or state changes. */
export const DataGridRow = memo(Row) as typeof Row;
