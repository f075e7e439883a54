/** A fact as people read it: plain values bare, the rest as JSON on one line. */
export function shownFact(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
