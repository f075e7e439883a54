import { Alert, Drawer } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { EmptyState } from '@/ui/states';
import { type Cell, endsAt, shownOf, widthOf } from './sql';
import type { SqlRows } from './types';

type Row = { index: number; cells: readonly Cell[] };
const keyOf = (row: Row) => row.index;

/** An answer as a table; a row is read whole beside it. */
export function SqlResults({ answer }: { answer: SqlRows }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Row | null>(null);
  const rows = useMemo(() => (answer.rows as Cell[][]).map((cells, index): Row => ({ index, cells })), [answer]);
  const columns = useMemo(
    () =>
      answer.columns.map((column, at): GridColumn<Row> => {
        const align = endsAt(column.kind);
        return {
          key: String(at),
          title: column.name,
          width: widthOf(column, at, answer.rows as Cell[][]),
          ...(align ? { align } : { grow: true }),
          render: ({ cells }) => <Value cell={cells[at]} kind={column.kind} />,
        };
      }),
    [answer],
  );
  return (
    <>
      {answer.truncated && <Alert banner type="warning" title={t('logSql.truncated', { n: answer.rows.length })} />}
      <div className="results">
        <DataGrid
          label={t('logSql.results')}
          columns={columns}
          count={rows.length}
          rowAt={(i) => rows[i]}
          rowKey={keyOf}
          rowHeight={32}
          openKey={open?.index}
          onOpen={setOpen}
          empty={<EmptyState title={t('logSql.none')} hint={t('logSql.noneHint')} />}
        />
      </div>
      <Drawer open={open !== null} title={t('logSql.row', { n: (open?.index ?? 0) + 1 })} size={560} onClose={() => setOpen(null)}>
        <dl className="facts sql-row">
          {answer.columns.map((column, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns of an answer may have the same name, and none moves
            <div key={at}>
              <dt className="mono">{column.name}</dt>
              <dd className="mono">
                <Value cell={open?.cells[at]} kind={column.kind} />
              </dd>
            </div>
          ))}
        </dl>
      </Drawer>
    </>
  );
}

function Value({ cell, kind }: { cell: Cell | undefined; kind: SqlRows['columns'][number]['kind'] }) {
  const text = shownOf(cell, kind);
  if (text === null) return <span className="sub">—</span>;
  return (
    <span className={kind === 'text' || kind === 'other' ? 'mono ellipsis' : 'num ellipsis'} title={text}>
      {text}
    </span>
  );
}
