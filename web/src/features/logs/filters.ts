import { tokensOf, valueIn, valueText } from './query';

/** One condition that a click set; `value` null asks whether the field is there at all. */
export type Filter = { field: string; value: string | null; not: boolean };

const isSame = (a: Filter, b: Filter) => a.field === b.field && a.value === b.value;
const termOf = ({ field, value }: Filter) => `${field}:${value === null ? '*' : valueText(value)}`;

/** Filters as a query: several values of a field are alternatives, everything else must hold. */
export function filtersText(filters: readonly Filter[]): string {
  const wanted = new Map<string, string[]>();
  for (const filter of filters) if (!filter.not) wanted.set(filter.field, [...(wanted.get(filter.field) ?? []), termOf(filter)]);
  const groups = [...wanted.values()].map((terms) => (terms.length === 1 ? terms[0] : `(${terms.join(' OR ')})`));
  return [...groups, ...filters.filter((filter) => filter.not).map((filter) => `-${termOf(filter)}`)].join(' ');
}

/** Reads them back from an address; what somebody typed there that is no filter falls away. */
export function filtersIn(text: string): Filter[] {
  const filters: Filter[] = [];
  const tokens = tokensOf(text);
  tokens.forEach((token, i) => {
    const value = tokens[i + 1];
    if (token.kind !== 'field' || value?.kind !== 'value' || value.from !== token.to || value.open) return;
    filters.push({
      field: token.text.slice(0, -1),
      value: value.text === '*' ? null : valueIn(value.text),
      not: tokens[i - 1]?.kind === 'minus',
    });
  });
  return filters;
}

/** Sets a filter; set a second time it goes, and its opposite gives way. */
export function toggled(filters: readonly Filter[], filter: Filter): Filter[] {
  const others = filters.filter((one) => !isSame(one, filter));
  const known = filters.find((one) => isSame(one, filter));
  return known && known.not === filter.not ? others : [...others, filter];
}

/** What is sent to the server: what was typed, and the filters. */
export function composed(query: string, filters: readonly Filter[]): string {
  const typed = query.trim();
  const rest = filtersText(filters);
  if (!typed || !rest) return typed || rest;
  return `${tokensOf(typed).some((token) => token.kind === 'or') ? `(${typed})` : typed} ${rest}`;
}
