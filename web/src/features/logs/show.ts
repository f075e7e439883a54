import { formatSecond } from '@/i18n/format';
import type { LogEvent } from './types';

/** `YYYY-MM-DD HH:mm:ss.mmm`: many events share a second. */
export function formatMilli(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : `${formatSecond(at)}.${String(((time % 1000) + 1000) % 1000).padStart(3, '0')}`;
}

/** What syslog puts before a message: its priority, and where it has them its time and the sender. */
const HEAD = /^<\d{1,3}>(?:1 )?(?:(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\dT\S+) \S+ )?/;
/** The message without that head, which other columns show already. */
export const messageOf = (text: string) => text.replace(HEAD, '') || text;

/** What an event says under a name: a fact of its receipt, or a field; several of a name stand beside each other. */
export function cellOf(event: LogEvent, name: string): string {
  switch (name) {
    case 'at':
      return formatMilli(event.at);
    case 'received_at':
      return formatMilli(event.received_at);
    case 'source':
      return event.source;
    case 'peer':
      return event.peer;
    case 'transport':
      return event.transport;
    case 'text':
      return event.text;
    default: {
      const values = event.fields.filter((field) => field.name === name).map((field) => String(field.value));
      return values.length > 0 ? values.join(', ') : name === 'message' ? messageOf(event.text) : '';
    }
  }
}

const ORDER = [
  'event',
  'user',
  'source',
  'destination',
  'client',
  'server',
  'network',
  'host',
  'process',
  'file',
  'url',
  'http',
  'db',
  'rule',
];
export type FieldGroup = { name: string; fields: { name: string; value: string }[] };

/** The fields by their first word; what has none comes last. */
export function groupsOf(event: Pick<LogEvent, 'fields'>): FieldGroup[] {
  const groups = new Map<string, FieldGroup>();
  for (const { name, value } of event.fields) {
    const key = name.includes('.') ? (name.split('.')[0] ?? '') : '';
    const group = groups.get(key) ?? { name: key, fields: [] };
    group.fields.push({ name, value: String(value) });
    groups.set(key, group);
  }
  const rank = (name: string) => (name === '' ? 1000 : ORDER.includes(name) ? ORDER.indexOf(name) : 100);
  return [...groups.values()].sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}

/** How far the sender's clock is behind (positive) or ahead of the receipt; nothing where the event tells no time of its own. */
export const clockDifference = (event: Pick<LogEvent, 'at' | 'at_from' | 'received_at'>): number | null =>
  event.at_from === 'receipt' ? null : Math.round((Date.parse(event.received_at) - Date.parse(event.at)) / 1000);

const STEPS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
/** Bytes with three figures, as disks count them. */
export function bytesText(bytes: number): string {
  let rest = bytes;
  let step = 0;
  while (rest >= 1000 && step < STEPS.length - 1) {
    rest /= 1000;
    step += 1;
  }
  return `${step === 0 || rest >= 100 ? Math.round(rest) : Number(rest.toPrecision(rest >= 10 ? 3 : 2))} ${STEPS[step]}`;
}
