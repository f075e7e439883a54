import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

export type Search = Record<string, string>;

/** Reads a query string as plain words, so that an address can be read and typed by people. */
export const parseSearch = (text: string): Search => Object.fromEntries(new URLSearchParams(text));

/** Writes it back; empty values leave the address. */
export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== '') query.set(key, String(value));
  const text = query.toString();
  return text ? `?${text}` : '';
}

/** The filters of a page, kept in its address. `set` replaces, so that Back leaves the page rather than undoing each keystroke. */
export function useSearchState() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const set = useCallback(
    (patch: Record<string, string | undefined>) =>
      void navigate({
        to: '.',
        search: ((old: Search) => ({ ...old, ...patch })) as never,
        replace: true,
      }),
    [navigate],
  );
  return [search, set] as const;
}

/** The words of a comma-separated filter. */
export const wordsOf = (value: string | undefined): string[] => (value ? value.split(',').filter(Boolean) : []);
/** A number from the address, or undefined when it is none. */
export function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
