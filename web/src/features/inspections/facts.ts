/** A fact as people read it: plain values bare, lists by commas, records as `name: value` one beside the other. */
export function shownFact(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (value === '') return '""';
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.map(inner).join(', ');
  if (typeof value === 'object') return pairs(value).join(' · ') || '{}';
  return String(value);
}

/** Records within records are marked off. */
const inner = (value: unknown): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? `(${pairs(value).join(', ')})` : shownFact(value);

/** What is said of a record; what is not known is left out. */
const pairs = (record: object): string[] =>
  Object.entries(record)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}: ${inner(value)}`);

/** How many entries an area of facts has; null for a plain value. */
export function sizeOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : null;
}
