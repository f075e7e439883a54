import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWord } from '@/i18n/words';
import { type CellWords, GroupRow, MatrixRow } from './MatrixRow';
import type { CellRef, Matrix } from './matrix';
import { moved, NONE, type Place, range, type Selection, sizeOf, toggled } from './selection';
import { CELL, SIDE } from './sizes';
import { cellPasses, type MatrixFilters, type View } from './view';
import './matrix.css';

const ROW = 36;
const HEAD = 66;

type Props = {
  matrix: Matrix;
  view: View;
  filters: MatrixFilters;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  open: CellRef | undefined;
  onOpen: (cell: CellRef | undefined) => void;
  words: CellWords;
};

/**
 * Requirements down, objects across, both virtual. One tab stop; arrows walk, Shift extends,
 * Space turns a cell over, Enter opens it, Ctrl+A takes all that is shown, Esc lets go.
 */
export function MatrixGrid({ matrix, view, filters, selection, onSelect, open, onOpen, words }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const ref = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const [at, setAt] = useState<Place>(() => placeOf(view, open) ?? { line: 1, column: 0 });
  const anchor = useRef<Place>(at);
  const drag = useRef(false);
  const rows = useVirtualizer({
    count: view.lines.length,
    getScrollElement: () => ref.current,
    estimateSize: () => ROW,
    overscan: 8,
    paddingStart: HEAD,
    scrollPaddingStart: HEAD,
    useFlushSync: false,
  });
  const columns = useVirtualizer({
    count: view.columns.length,
    horizontal: true,
    getScrollElement: () => ref.current,
    estimateSize: () => CELL,
    overscan: 4,
    paddingStart: SIDE,
    scrollPaddingStart: SIDE,
    useFlushSync: false,
  });
  const passes = useCallback((r: number, o: number) => cellPasses(matrix, r, o, filters), [matrix, filters]);
  const refAt = (place: Place): CellRef | undefined => {
    const line = view.lines[place.line];
    const column = view.columns[place.column];
    return line?.kind === 'item' && column ? { requirement: line.id, asset_id: column.id } : undefined;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls once, to the cell the address named
  useEffect(() => {
    const place = placeOf(view, open);
    if (!place) return;
    rows.scrollToIndex(place.line, { align: 'center' });
    columns.scrollToIndex(place.column, { align: 'start' });
  }, []);
  const walk = (place: Place, extend: boolean) => {
    setAt(place);
    rows.scrollToIndex(place.line);
    columns.scrollToIndex(place.column);
    if (extend) onSelect(range(view, anchor.current, place, passes));
    else {
      anchor.current = place;
      if (open) onOpen(refAt(place));
    }
  };
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const page = Math.max(1, Math.floor(((ref.current?.clientHeight ?? 400) - HEAD) / ROW) - 1);
    const place = moved(view, at, event.key, page);
    const line = view.lines[at.line];
    const column = view.columns[at.column];
    if (place) walk(place, event.shiftKey);
    else if (event.key === 'Enter') onOpen(refAt(at));
    else if (event.key === ' ' && line?.kind === 'item' && column && passes(line.index, column.index))
      onSelect(toggled(selection, line.index, column.index));
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onSelect(everything(view, passes));
    else if (event.key === 'Escape' && sizeOf(selection) > 0) onSelect(NONE);
    else return;
    event.preventDefault();
  };
  const placeAt = (event: PointerEvent): Place | undefined => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-column]');
    const row = cell?.closest<HTMLElement>('[data-line]');
    return cell && row ? { line: Number(row.dataset.line), column: Number(cell.dataset.column) } : undefined;
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const place = placeAt(event);
    const line = place && view.lines[place.line];
    const column = place && view.columns[place.column];
    if (!place || line?.kind !== 'item' || !column) return;
    if (event.shiftKey) onSelect(range(view, anchor.current, place, passes));
    else if (event.ctrlKey || event.metaKey) onSelect(toggled(selection, line.index, column.index));
    else {
      drag.current = true;
      anchor.current = place;
    }
    setAt(place);
  };
  const over = (event: PointerEvent) => {
    if (!drag.current || (event.buttons & 1) === 0) return;
    const place = placeAt(event);
    if (place && (place.line !== anchor.current.line || place.column !== anchor.current.column || sizeOf(selection) > 0)) {
      setAt(place);
      onSelect(range(view, anchor.current, place, passes));
    }
  };
  const up = (event: PointerEvent) => {
    const place = placeAt(event);
    const still = drag.current && place && place.line === anchor.current.line && place.column === anchor.current.column;
    drag.current = false;
    if (!still || !place) return;
    if (sizeOf(selection) > 0) onSelect(NONE);
    const cell = refAt(place);
    const line = view.lines[place.line];
    const column = view.columns[place.column];
    if (cell && line?.kind === 'item' && column && passes(line.index, column.index)) onOpen(cell);
  };
  const shownColumns = columns.getVirtualItems();
  const firstColumn = shownColumns[0]?.index ?? 0;
  const lastColumn = shownColumns.at(-1)?.index ?? -1;
  const slice = useMemo(() => view.columns.slice(firstColumn, lastColumn + 1), [view.columns, firstColumn, lastColumn]);
  const width = SIDE + view.columns.length * CELL;
  const wholeColumn = (column: number) => onSelect(range(view, { line: 0, column }, { line: view.lines.length - 1, column }, passes));
  const wholeRow = useCallback(
    (line: number) => onSelect(range(view, { line, column: 0 }, { line, column: view.columns.length - 1 }, passes)),
    [view, passes, onSelect],
  );
  return (
    <div
      className="mx"
      ref={ref}
      role="grid"
      aria-label={t('matrix.title')}
      aria-rowcount={view.lines.length + 1}
      aria-colcount={view.columns.length + 1}
      aria-multiselectable
      aria-activedescendant={refAt(at) ? `${prefix}${at.line}-${at.column}` : undefined}
      tabIndex={0}
      onKeyDown={press}
      onPointerDown={down}
      onPointerOver={over}
      onPointerUp={up}
    >
      <div role="rowgroup" className="mx-head" style={{ width, height: HEAD }}>
        <div role="row" aria-rowindex={1} className="mx-head-row" tabIndex={-1}>
          <div role="columnheader" className="mx-corner" style={{ width: SIDE, height: HEAD }} tabIndex={-1} aria-colindex={1}>
            {t('matrix.requirements', { n: view.items })} <span aria-hidden="true">×</span>{' '}
            {t('matrix.objects', { n: view.columns.length })}
          </div>
          {slice.map((column, i) => (
            <div
              key={column.id}
              role="columnheader"
              aria-colindex={firstColumn + i + 2}
              className="mx-object"
              style={{ left: SIDE + (firstColumn + i) * CELL, width: CELL, height: HEAD }}
              tabIndex={-1}
            >
              <button
                type="button"
                tabIndex={-1}
                title={`${column.object?.code ?? ''} ${column.object?.name ?? ''}`}
                onClick={() => wholeColumn(firstColumn + i)}
              >
                <span className="mx-name">{column.object?.name ?? column.id}</span>
                <span className="sub">{column.object ? word('objectType', column.object.object_type) : ''}</span>
              </button>
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="mx-body" style={{ width, height: Math.max(0, rows.getTotalSize() - HEAD) }}>
        {rows.getVirtualItems().map((item) => {
          const line = view.lines[item.index];
          if (!line) return null;
          const top = item.start - HEAD;
          return line.kind === 'group' ? (
            <GroupRow key={line.domain} group={line} top={top} height={ROW} index={item.index} />
          ) : (
            <MatrixRow
              key={line.id}
              line={line}
              lineIndex={item.index}
              prefix={prefix}
              top={top}
              height={ROW}
              matrix={matrix}
              columns={slice}
              firstColumn={firstColumn}
              filters={filters}
              words={words}
              selected={selection.get(line.index)}
              activeColumn={at.line === item.index ? at.column : -1}
              openObject={open?.requirement === line.id ? open.asset_id : undefined}
              onRow={wholeRow}
            />
          );
        })}
      </div>
    </div>
  );
}

function placeOf(view: View, cell: CellRef | undefined): Place | undefined {
  if (!cell) return undefined;
  const line = view.lines.findIndex((l) => l.kind === 'item' && l.id === cell.requirement);
  const column = view.columns.findIndex((c) => c.id === cell.asset_id);
  return line < 0 || column < 0 ? undefined : { line, column };
}

const everything = (view: View, passes: (r: number, o: number) => boolean) =>
  range(view, { line: 0, column: 0 }, { line: view.lines.length - 1, column: view.columns.length - 1 }, passes);
