import type { LogField } from './types';

/** A stretch of a text that a field was read from. */
export type Span = { from: number; to: number; field: number };

const SHORT = 2;
const isPart = (text: string, at: number) => at >= 0 && at < text.length && /[\p{L}\p{N}]/u.test(text.charAt(at));

/**
 * Where the values of the fields stand in the text. The server does not say, so they are looked for: long ones first,
 * each place for one field only, short ones as whole words. A value that was made rather than read is nowhere.
 */
export function spansOf(text: string, fields: readonly LogField[]): Span[] {
  const spans: Span[] = [];
  const isFree = (from: number, to: number) => spans.every((span) => to <= span.from || from >= span.to);
  const order = fields
    .map((field, index) => ({ value: String(field.value), index }))
    .filter(({ value }) => value.trim() !== '' && value !== 'true' && value !== 'false' && value.length < text.length)
    .sort((a, b) => b.value.length - a.value.length);
  // Long texts such as the message hold the values of others: those come first, what is left of it last.
  const holds = (value: string, index: number) =>
    order.some((other) => other.index !== index && other.value !== value && value.includes(other.value));
  for (const { value, index } of [
    ...order.filter((one) => !holds(one.value, one.index)),
    ...order.filter((one) => holds(one.value, one.index)),
  ]) {
    for (let from = text.indexOf(value); from >= 0; from = text.indexOf(value, from + 1)) {
      const to = from + value.length;
      const isWhole = value.length > SHORT || (!isPart(text, from - 1) && !isPart(text, to));
      if (isWhole && isFree(from, to)) {
        spans.push({ from, to, field: index });
        break;
      }
    }
  }
  return spans.sort((a, b) => a.from - b.from);
}

export type Stretch = { text: string; field: number | null };

/** The text in stretches, each with the field that stands there. */
export function stretchesOf(text: string, spans: readonly Span[]): Stretch[] {
  const stretches: Stretch[] = [];
  let end = 0;
  for (const span of spans) {
    if (span.from > end) stretches.push({ text: text.slice(end, span.from), field: null });
    stretches.push({ text: text.slice(span.from, span.to), field: span.field });
    end = span.to;
  }
  if (end < text.length) stretches.push({ text: text.slice(end), field: null });
  return stretches;
}
