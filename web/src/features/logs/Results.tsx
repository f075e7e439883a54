import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { DataGrid, type GridColumn } from '@/ui/DataGrid';
import { LineList } from '@/ui/LineList';
import { Marked } from '@/ui/Marked';
import { termsOf } from './highlight';
import { useFieldTitle } from './names';
import { OutcomePill } from './OutcomePill';
import { cellOf, formatMilli } from './show';
import type { LogEvent } from './types';
import type { View } from './view';

type Props = {
  events: readonly LogEvent[];
  view: View;
  onOpen: (sequence: string) => void;
  /** More of the list is wanted. */
  onEnd?: () => void;
  empty: React.ReactNode;
};
type Row = { index: number; event: LogEvent };
const NEAR_END = 20;
const WIDTHS: Record<string, number> = {
  at: 148,
  received_at: 148,
  source: 130,
  'event.action': 132,
  'event.outcome': 84,
  'user.name': 120,
  'source.ip': 124,
  'destination.ip': 124,
  'destination.port': 92,
  'host.name': 130,
  message: 320,
  text: 320,
};
const ORDINARY = 130;
const WIDE_OUTCOME = 98;
/** The year is seldom worth its room; it stands in the hint. */
const YEAR = 5;
const keyOf = (row: Row) => row.index;

/** What was found, as a table of fields or as the lines that came. */
export function Results({ events, view, onOpen, onEnd, empty }: Props) {
  const { t } = useTranslation();
  const terms = useMemo(() => termsOf(view.q), [view.q]);
  const rows = useMemo(() => events.map((event, index): Row => ({ event, index })), [events]);
  const columns = useColumns(view.columns, terms);
  const found = view.open === null ? -1 : events.findIndex((event) => event.sequence === view.open);
  const openIndex = found < 0 ? undefined : found;
  const onRange = useCallback(
    (_: number, last: number) => {
      if (events.length > 0 && last >= events.length - NEAR_END) onEnd?.();
    },
    [events.length, onEnd],
  );
  const open = useCallback((row: Row) => onOpen(row.event.sequence), [onOpen]);
  if (events.length === 0) return empty;
  if (view.look === 'raw')
    return (
      <LineList
        label={t('log.results')}
        count={events.length}
        keyOf={(i) => events[i]?.sequence ?? String(i)}
        render={(i) => <RawLine event={events[i]} terms={terms} />}
        wrap={view.wrap}
        openIndex={openIndex}
        onOpen={(i) => events[i] && onOpen(events[i].sequence)}
        onRange={onRange}
      />
    );
  return (
    <DataGrid
      label={t('log.results')}
      columns={columns}
      count={rows.length}
      rowAt={(i) => rows[i]}
      rowKey={keyOf}
      rowHeight={32}
      openKey={openIndex}
      onOpen={open}
      onRange={onRange}
    />
  );
}

function RawLine({ event, terms }: { event: LogEvent | undefined; terms: readonly string[] }) {
  if (!event) return null;
  return (
    <>
      <span className="sub">{formatMilli(event.at)}</span> <span className="line-source">{event.source}</span>{' '}
      <Marked text={event.text} terms={terms} />
    </>
  );
}

function useColumns(names: readonly string[], terms: readonly string[]): GridColumn<Row>[] {
  const titleOf = useFieldTitle();
  return useMemo(() => {
    const grows = names.filter((name) => name === 'message' || name === 'text').at(-1) ?? names.at(-1);
    return names.map((name) => ({
      key: name,
      title: titleOf(name),
      width: WIDTHS[name] ?? ORDINARY,
      ...(name === 'event.outcome' ? { wide: WIDE_OUTCOME } : {}),
      grow: name === grows,
      fixed: name === 'at' && names[0] === 'at',
      render: ({ event }: Row) => <Cell event={event} name={name} terms={terms} />,
    }));
  }, [names, terms, titleOf]);
}

function Cell({ event, name, terms }: { event: LogEvent; name: string; terms: readonly string[] }) {
  const text = cellOf(event, name);
  if (text === '') return <span className="sub">—</span>;
  if (name === 'event.outcome') return <OutcomePill code={text} />;
  if (name === 'at' || name === 'received_at')
    return (
      <span className="num" title={text}>
        {text.slice(YEAR)}
      </span>
    );
  return (
    <span className="mono" title={text}>
      <Marked text={text} terms={terms} />
    </span>
  );
}
