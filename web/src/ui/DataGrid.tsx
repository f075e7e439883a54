import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataGridRow } from './DataGridRow';
import './datagrid.css';

export type GridColumn<R> = {
  key: string;
  title: string;
  width: number;
  /** Its width where English words need more room. */
  wide?: number;
  /** Takes the spare width of a wide screen. */
  grow?: boolean;
  /** Stays at the left edge; leading columns only. */
  fixed?: boolean;
  align?: 'end';
  sortable?: boolean;
  render: (row: R) => ReactNode;
};
export type GridSort = { key: string; desc: boolean } | null;
type Props<R> = {
  label: string;
  columns: readonly GridColumn<R>[];
  count: number;
  /** The row at a place, or undefined while it is on its way. */
  rowAt: (index: number) => R | undefined;
  rowKey: (row: R) => number;
  /** Told which places are in view, so that a server-paged list can fetch them. */
  onRange?: (first: number, last: number) => void;
  sort?: GridSort;
  onSort?: (sort: GridSort) => void;
  onOpen?: (row: R) => void;
  /** Told which row the keys act upon. */
  onActive?: (row: R | null) => void;
  /** The row shown in the drawer; walking with the arrows while it is open moves the drawer along. */
  openKey?: number | undefined;
  selected?: ReadonlySet<number>;
  onSelect?: (keys: ReadonlySet<number>) => void;
  selectLabel?: string;
  empty?: ReactNode;
  rowHeight?: number;
};

/**
 * A virtual grid for 10^4 to 10^5 rows: native scrolling, ARIA grid semantics, row-wise keyboard
 * (arrows, PageUp and PageDown, Home and End, Space, Enter), sticky header and left columns.
 */
export function DataGrid<R>(props: Props<R>) {
  const { label, columns, count, rowAt, rowKey, onRange, sort = null, onSort, onOpen, onActive, openKey } = props;
  const { selected, onSelect, selectLabel = '', empty, rowHeight = 36 } = props;
  const ref = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => ref.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    paddingStart: rowHeight,
    scrollPaddingStart: rowHeight,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  const selectable = selected !== undefined && onSelect !== undefined;
  const lead = selectable ? 40 : 0;
  const english = useTranslation().i18n.language === 'en-US';
  const { offsets, template, width } = useMemo(() => layout(columns, lead, english), [columns, lead, english]);
  const toggle = useCallback(
    (id: number) => {
      if (!selected || !onSelect) return;
      const next = new Set(selected);
      if (!next.delete(id)) next.add(id);
      onSelect(next);
    },
    [selected, onSelect],
  );
  const at = Math.min(active, Math.max(0, count - 1));
  const go = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    virtual.scrollToIndex(next);
    const row = rowAt(next);
    if (openKey !== undefined && row !== undefined) onOpen?.(row);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((ref.current?.clientHeight ?? 400) / rowHeight) - 2);
    const row = rowAt(at);
    const step = stepOf(event.key, at, page, count);
    if (step !== undefined) {
      event.preventDefault();
      go(step);
    } else if (event.key === 'Enter' && row !== undefined) onOpen?.(row);
    else if (event.key === ' ' && row !== undefined) {
      event.preventDefault();
      toggle(rowKey(row));
    }
  };
  const open = useCallback(
    (row: R, index: number) => {
      setActive(index);
      onOpen?.(row);
    },
    [onOpen],
  );
  const activeRow = rowAt(at);
  useEffect(() => onActive?.(activeRow ?? null), [activeRow, onActive]);
  const variables = { '--cols': template, '--w': `${width}px`, '--line-box': `${rowHeight - 1}px` } as CSSProperties;
  const grid = (
    <div
      className={count === 0 ? 'dg bare' : 'dg'}
      ref={ref}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length + (selectable ? 1 : 0)}
      aria-multiselectable={selectable}
      aria-activedescendant={activeRow !== undefined && at >= first && at <= last ? `${prefix}${rowKey(activeRow)}` : undefined}
      tabIndex={0}
      onKeyDown={onKey}
      style={variables}
    >
      <div role="rowgroup" className="dg-head">
        <div role="row" aria-rowindex={1} className="dg-row head" style={{ height: rowHeight }} tabIndex={-1}>
          {selectable && (
            <SelectAll selected={selected} onSelect={onSelect} label={selectLabel} count={count} rowAt={rowAt} rowKey={rowKey} />
          )}
          {columns.map((column, i) => (
            <HeaderCell key={column.key} column={column} left={offsets[i] ?? 0} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className="dg-body" style={{ height: Math.max(0, virtual.getTotalSize() - rowHeight) }}>
        {items.map((item) => {
          const row = rowAt(item.index);
          const id = row === undefined ? -item.index - 1 : rowKey(row);
          return (
            <DataGridRow
              key={id}
              row={row}
              id={id}
              prefix={prefix}
              index={item.index}
              top={item.start - rowHeight}
              height={rowHeight}
              columns={columns}
              offsets={offsets}
              selected={selected?.has(id) ?? false}
              selectable={selectable}
              active={item.index === at}
              open={openKey === id}
              onOpen={open}
              onToggle={toggle}
              selectLabel={selectLabel}
            />
          );
        })}
      </div>
    </div>
  );
  if (count > 0) return grid;
  // Beside the grid, not in it: what it offers to do is no cell.
  return (
    <>
      {grid}
      {empty}
    </>
  );
}

function layout<R>(columns: readonly GridColumn<R>[], lead: number, english: boolean) {
  const widthOf = (column: GridColumn<R>) => (english ? (column.wide ?? column.width) : column.width);
  const offsets: number[] = [];
  let width = lead;
  for (const column of columns) {
    offsets.push(width);
    width += widthOf(column);
  }
  const sizes = columns.map((c) => (c.grow ? `minmax(${widthOf(c)}px, 1fr)` : `${widthOf(c)}px`));
  return { offsets, width, template: `${lead ? `${lead}px ` : ''}${sizes.join(' ')}` };
}

function stepOf(key: string, at: number, page: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return at + 1;
    case 'ArrowUp':
    case 'k':
      return at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

function SelectAll<R>(props: {
  selected: ReadonlySet<number>;
  onSelect: (keys: ReadonlySet<number>) => void;
  label: string;
  count: number;
  rowAt: (index: number) => R | undefined;
  rowKey: (row: R) => number;
}) {
  const { selected, onSelect, label, count, rowAt, rowKey } = props;
  const all = count > 0 && selected.size >= count;
  const everything = () => {
    const keys = new Set<number>();
    for (let i = 0; i < count; i++) {
      const row = rowAt(i);
      if (row !== undefined) keys.add(rowKey(row));
    }
    return keys;
  };
  return (
    <div role="columnheader" className="dg-cell dg-check fixed" style={{ left: 0 }} tabIndex={-1}>
      <input type="checkbox" aria-label={label} checked={all} onChange={() => onSelect(all ? new Set() : everything())} />
    </div>
  );
}

function HeaderCell<R>(props: { column: GridColumn<R>; left: number; sort: GridSort; onSort: ((sort: GridSort) => void) | undefined }) {
  const { column, left, sort, onSort } = props;
  const on = sort?.key === column.key;
  const next = (): GridSort => (!on ? { key: column.key, desc: false } : sort.desc ? null : { key: column.key, desc: true });
  return (
    <div
      role="columnheader"
      aria-sort={on ? (sort.desc ? 'descending' : 'ascending') : undefined}
      className={`dg-cell${column.fixed ? ' fixed' : ''}${column.align === 'end' ? ' end' : ''}`}
      style={column.fixed ? { left } : undefined}
      tabIndex={-1}
    >
      {column.sortable && onSort ? (
        <button type="button" onClick={() => onSort(next())}>
          {column.title}
          <i aria-hidden="true">{on ? (sort.desc ? '↓' : '↑') : '↕'}</i>
        </button>
      ) : (
        column.title
      )}
    </div>
  );
}
