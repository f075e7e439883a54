import type { Messages } from '@/i18n/zh-CN';

type Group = keyof Messages['word'];
type Say = (group: Group, code: string) => string;
type Values = Record<string, unknown>;
export type PayloadLine = { key: string; name: string; text: string };

/** Fields that are lists by nature; two entries of them are no change from one to the other. */
const LISTS = new Set(['objects', 'roles', 'paths', 'asset_ids', 'system_ids', 'extensions', 'keys', 'subjects']);
/** Fields that hold codes, and where their words stand; a field of several records is looked for in the words of each. */
const GROUPS: Readonly<Record<string, readonly Group[]>> = {
  verdict: ['verdict'],
  proposed: ['verdict'],
  severity: ['severity'],
  importance: ['importance'],
  object_type: ['objectType'],
  roles: ['role'],
  extensions: ['extension'],
  family: ['family'],
  trust: ['trust'],
  template: ['template'],
  conclusion: ['conclusion'],
  target: ['conclusion'],
  cause: ['changeCause', 'fileChangeCause'],
  source: ['inspectionSource', 'hazardSource'],
  kind: ['fileChangeKind', 'fileKind', 'recordKind'],
  state: ['findingState', 'taskState', 'recordState', 'accountState', 'assessmentState', 'planState', 'fileChangeState'],
};
const SHOWN = 4;

/** What an entry of the ledger carries, a line each, in words as far as there are some. */
export function payloadLines(payload: Values, say: Say): PayloadLine[] {
  return Object.entries(payload)
    .filter(([, value]) => !isNothing(value))
    .map(([key, value]) => ({ key, name: say('field', key), text: valueText(key, value, say) }));
}

/** The same in one line. */
export const payloadSummary = (payload: Values, say: Say) =>
  payloadLines(payload, say)
    .map(({ name, text }) => `${name} ${text}`)
    .join(' · ');

const isNothing = (value: unknown) =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);

function valueText(key: string, value: unknown, say: Say): string {
  if (isNothing(value)) return '—';
  if (Array.isArray(value)) {
    if (value.length === 2 && !LISTS.has(key)) return `${valueText(key, value[0], say)} → ${valueText(key, value[1], say)}`;
    if (value.length === 2 && Array.isArray(value[0]) && Array.isArray(value[1]))
      return `${valueText(key, value[0], say)} → ${valueText(key, value[1], say)}`;
    const shown = value.slice(0, SHOWN).map((one) => valueText(key, one, say));
    return value.length > SHOWN ? `${shown.join(', ')} … (${value.length})` : shown.join(', ');
  }
  if (typeof value === 'object' && value !== null) return recordText(key, value as Values, say);
  if (typeof value === 'string') return (GROUPS[key] ?? []).map((group) => say(group, value)).find((word) => word !== value) ?? value;
  return String(value);
}

/** Cells by state are counts, cells by name changes; of any other record its fields. */
function recordText(key: string, record: Values, say: Say): string {
  const name = (field: string, value: unknown) =>
    key === 'cells' ? (typeof value === 'number' ? say('cellState', field) : (field.split('/')[1] ?? field)) : say('field', field);
  const entries = Object.entries(record);
  const shown = entries
    .slice(0, SHOWN)
    .map(([field, value]) => `${name(field, value)} ${valueText(key === 'cells' ? 'verdict' : field, value, say)}`);
  return entries.length > SHOWN ? `${shown.join(', ')} … (${entries.length})` : shown.join(', ');
}
