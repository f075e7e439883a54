import type { Search } from '@/features/shared/search';
import { wordsOf } from '@/features/shared/search';
import { formatSecond } from '@/i18n/format';
import { type Filter, filtersIn } from './filters';

export const SPANS = ['15m', '1h', '4h', '24h', '7d', '30d'] as const;
export type SpanCode = (typeof SPANS)[number];
const UNITS: Record<string, number> = { m: 60, h: 3600, d: 86_400 };
const DEFAULT_SPAN: SpanCode = '24h';
export const DEFAULT_COLUMNS: readonly string[] = ['at', 'source', 'event.action', 'event.outcome', 'message'];

export type TimeRange = { from: string; to: string };
/** What the address of the search page says. */
export type View = {
  q: string;
  filters: Filter[];
  span: SpanCode | null;
  /** Set when the span is not. */
  range: TimeRange | null;
  order: 'desc' | 'asc';
  columns: readonly string[];
  look: 'table' | 'raw';
  wrap: boolean;
  live: boolean;
  open: string | null;
};

const instant = (text: string | undefined) =>
  text && /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : null;

export function viewOf(search: Search): View {
  const from = instant(search.from);
  const to = instant(search.to);
  const range = from && to && from < to ? { from, to } : null;
  const columns = wordsOf(search.cols);
  return {
    q: search.q ?? '',
    filters: filtersIn(search.where ?? ''),
    span: range ? null : (SPANS.find((span) => span === search.span) ?? DEFAULT_SPAN),
    range,
    order: search.order === 'asc' ? 'asc' : 'desc',
    columns: columns.length > 0 ? columns : DEFAULT_COLUMNS,
    look: search.look === 'raw' ? 'raw' : 'table',
    wrap: search.wrap === 'on',
    live: search.live === 'on',
    open: search.event ?? null,
  };
}

/** The part of the address that names the time. */
export const spanPatch = (span: SpanCode) => ({ span: span === DEFAULT_SPAN ? undefined : span, from: undefined, to: undefined });
export const rangePatch = ({ from, to }: TimeRange) => ({ span: undefined, from, to });
export const columnsPatch = (columns: readonly string[]) => ({
  cols: columns.join() === DEFAULT_COLUMNS.join() ? undefined : columns.join(),
});

export const secondsOf = (span: string) => Number(span.slice(0, -1)) * (UNITS[span.slice(-1)] ?? 0);

/** The time that is searched, at a moment. */
export function rangeOf(view: Pick<View, 'span' | 'range'>, now: number): TimeRange {
  if (view.range) return view.range;
  return { from: new Date(now - secondsOf(view.span ?? DEFAULT_SPAN) * 1000).toISOString(), to: new Date(now).toISOString() };
}

/** Twice the time around the same middle; not beyond now. */
export function widened({ from, to }: TimeRange, now: number): TimeRange {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const half = (end - start) / 2;
  return { from: new Date(start - half).toISOString(), to: new Date(Math.max(end, Math.min(end + half, now))).toISOString() };
}

/** The next longer time, for who found nothing. */
export const longerSpans = (span: SpanCode | null): SpanCode[] => SPANS.slice(span === null ? 3 : SPANS.indexOf(span) + 1);

/** A time as it reads on the wall in Shanghai, without zone, and back. */
export const wallTime = (at: string) => formatSecond(at);
export const fromWallTime = (text: string) => new Date(`${text.replace(' ', 'T')}+08:00`).toISOString();

/** Moves a column by one place. */
export function moved(columns: readonly string[], name: string, by: -1 | 1): string[] {
  const at = columns.indexOf(name);
  const to = at + by;
  const next = [...columns];
  if (at < 0 || to < 0 || to >= columns.length) return next;
  next.splice(at, 1);
  next.splice(to, 0, name);
  return next;
}
export const withColumn = (columns: readonly string[], name: string) =>
  columns.includes(name) ? columns.filter((one) => one !== name) : [...columns.slice(0, -1), name, ...columns.slice(-1)];
