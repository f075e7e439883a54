import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatRate } from '@/i18n/format';
import { useText, useWord } from '@/i18n/words';
import { type CellState, type CellVerdict, type Matrix, stateAt, verdictAt } from './matrix';
import { CELL, SIDE } from './sizes';
import { type Column, cellPasses, type Line, type MatrixFilters } from './view';

/** Short and full words of every verdict and state, looked up once for ten thousand cells. */
export type CellWords = { short: Record<CellVerdict, string>; verdict: Record<CellVerdict, string>; state: Record<CellState, string> };

const SIGN: Record<CellVerdict, string> = { compliant: '✓', partial: '◐', noncompliant: '✕', not_applicable: '–', unanswered: '?' };

type Item = Extract<Line, { kind: 'item' }>;
type Props = {
  line: Item;
  lineIndex: number;
  prefix: string;
  top: number;
  height: number;
  matrix: Matrix;
  columns: readonly Column[];
  firstColumn: number;
  filters: MatrixFilters;
  words: CellWords;
  selected: ReadonlySet<number> | undefined;
  activeColumn: number;
  openObject: number | undefined;
  onRow: (line: number) => void;
};

export const MatrixRow = memo(function MatrixRow(props: Props) {
  const { line, lineIndex, prefix, top, height, matrix, columns, firstColumn, filters, words, selected, activeColumn, openObject, onRow } =
    props;
  const text = useText();
  const title = line.requirement ? text(line.requirement.text) : '';
  return (
    <div
      role="row"
      aria-rowindex={lineIndex + 2}
      data-line={lineIndex}
      className="mx-row"
      style={{ transform: `translateY(${top}px)`, height }}
      tabIndex={-1}
    >
      <div role="rowheader" aria-colindex={1} className="mx-side" style={{ width: SIDE, height }} tabIndex={-1}>
        <button type="button" tabIndex={-1} title={`${line.id} ${title}`} onClick={() => onRow(lineIndex)}>
          <span className="code">{line.id}</span>
          <span className="mx-text">
            <b>{line.requirement ? text(line.requirement.control) : ''}</b> {title}
          </span>
          {line.verdict && (
            <span
              className={`mx-unit ${line.verdict}`}
              role="img"
              aria-label={words.verdict[line.verdict]}
              title={words.verdict[line.verdict]}
            >
              {SIGN[line.verdict]}
            </span>
          )}
        </button>
      </div>
      {columns.map((column, i) => {
        const verdict = verdictAt(matrix, line.index, column.index);
        const at = firstColumn + i;
        const state = stateAt(matrix, line.index, column.index);
        const chosen = selected?.has(column.index) ?? false;
        const dim = verdict !== undefined && !cellPasses(matrix, line.index, column.index, filters);
        return (
          <div
            key={column.id}
            id={`${prefix}${lineIndex}-${at}`}
            role="gridcell"
            aria-colindex={at + 2}
            aria-selected={chosen}
            data-column={at}
            className={`mx-cell ${verdict ?? 'none'} s-${state}${chosen ? ' chosen' : ''}${at === activeColumn ? ' at' : ''}${openObject === column.id ? ' shown' : ''}${dim ? ' dim' : ''}`}
            style={{ left: SIDE + at * CELL, width: CELL, height }}
            title={verdict ? `${words.verdict[verdict]} · ${words.state[state]}` : ''}
            tabIndex={-1}
          >
            {verdict ? <span>{words.short[verdict]}</span> : null}
          </div>
        );
      })}
    </div>
  );
});

export function GroupRow({
  group,
  top,
  height,
  index,
}: {
  group: Extract<Line, { kind: 'group' }>;
  top: number;
  height: number;
  index: number;
}) {
  const { t } = useTranslation();
  const word = useWord();
  const rate = group.applicable > 0 ? group.compliant / group.applicable : null;
  return (
    <div role="row" aria-rowindex={index + 2} className="mx-group" style={{ transform: `translateY(${top}px)`, height }} tabIndex={-1}>
      <div role="rowheader" className="mx-group-in" tabIndex={-1}>
        <b>{word('domain', group.domain)}</b>
        <span className="sub num">{t('matrix.group', { n: group.items, compliant: group.compliant, rate: formatRate(rate) })}</span>
      </div>
    </div>
  );
}
