import { formatMilli } from './show';
import type { SqlColumn, SqlKind } from './types';

/** A value of an answer. */
export type Cell = string | number | boolean | null;

/** What the address says that is asked. Masked unless it says otherwise. */
export type SqlView = { sql: string; mask: boolean };
export const sqlViewOf = (search: Record<string, string>): SqlView => ({ sql: search.sql ?? '', mask: search.mask !== 'off' });

/** Questions to begin with, as they may be asked of any hospital's logs. */
export const EXAMPLES = [
  [
    'failures',
    `SELECT user.name, source.ip, count(*) AS n, max(time) AS latest
FROM events
WHERE event.outcome = 'failure' AND time > now() - INTERVAL '1 day'
GROUP BY user.name, source.ip
ORDER BY n DESC
LIMIT 100`,
  ],
  [
    'hours',
    `SELECT date_trunc('hour', time) AS hour, source, count(*) AS n
FROM events
WHERE time > now() - INTERVAL '1 day'
GROUP BY hour, source
ORDER BY hour DESC, n DESC`,
  ],
  [
    'guessed',
    `SELECT source.ip, user.name,
  count(*) FILTER (WHERE event.outcome = 'failure') AS failed,
  count(*) FILTER (WHERE event.outcome = 'success') AS succeeded
FROM events
WHERE source.ip IS NOT NULL AND time > now() - INTERVAL '7 days'
GROUP BY source.ip, user.name
HAVING count(*) FILTER (WHERE event.outcome = 'failure') >= 5
  AND count(*) FILTER (WHERE event.outcome = 'success') > 0
ORDER BY failed DESC`,
  ],
  [
    'night',
    `SELECT time, source, user.name, event.action, text
FROM events
WHERE event.category = 'database'
  AND (date_part('hour', time + INTERVAL '8 hours') >= 22 OR date_part('hour', time + INTERVAL '8 hours') < 6)
  AND time > now() - INTERVAL '7 days'
ORDER BY time DESC
LIMIT 200`,
  ],
  [
    'sources',
    `SELECT source, count(*) AS n, min(time) AS first, max(time) AS latest, count(event.action) * 100 / count(*) AS read_percent
FROM events
GROUP BY source
ORDER BY n DESC`,
  ],
] as const;

const isNumber = (kind: SqlKind) => kind === 'integer' || kind === 'number';
export const endsAt = (kind: SqlKind) => (isNumber(kind) ? ('end' as const) : undefined);

/** A value as it is read; nothing stays nothing. */
export function shownOf(cell: Cell | undefined, kind: SqlKind): string | null {
  if (cell === null || cell === undefined) return null;
  return kind === 'time' && typeof cell === 'string' ? formatMilli(cell) : String(cell);
}

const [LEAST, MOST, LETTER, AROUND] = [72, 420, 7.4, 28];
const SAMPLED = 50;
/** How wide a column should be, by its name and its first values. */
export function widthOf(column: SqlColumn, at: number, rows: readonly (readonly Cell[])[]): number {
  const lengths = rows.slice(0, SAMPLED).map((row) => lengthOf(shownOf(row[at], column.kind) ?? ''));
  return Math.round(Math.min(MOST, Math.max(LEAST, AROUND + LETTER * Math.max(lengthOf(column.name), ...lengths))));
}
// A Chinese character takes the room of two letters.
const lengthOf = (text: string) => [...text].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 2 : 1), 0);

/** The question with a word put where the caret is, apart from its neighbours. */
export function withWord(sql: string, from: number, to: number, word: string): { sql: string; caret: number } {
  const before = sql.slice(0, from);
  const after = sql.slice(to);
  const gap = before === '' || /[\s(]$/.test(before) ? '' : ' ';
  const end = after === '' || /^[\s),;]/.test(after) ? '' : ' ';
  return { sql: before + gap + word + end + after, caret: before.length + gap.length + word.length };
}
/** A column's name as SQL reads it: plain where it can be, else in quotation marks. */
export const nameOf = (name: string) => (/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
