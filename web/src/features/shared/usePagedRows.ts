import { type UseQueryOptions, useQueries } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';

const PAGE = 200;
type Page<R> = { items: R[]; total: number };

/** The rows of a long list on the server, fetched page by page as they come into view. */
// biome-ignore lint/suspicious/noExplicitAny: the option types of the generated client differ in their keys only
export function usePagedRows<R>(options: (offset: number, limit: number) => UseQueryOptions<any, any, any, any>) {
  // Page numbers, not places: the whole page is drawn again only when another page of rows is wanted.
  const [[from, to], setPages] = useState<readonly [number, number]>([0, 0]);
  const total = useRef(0);
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const results = useQueries({ queries: numbers.map((n) => options(n * PAGE, PAGE)) });
  const pages = results.map((r) => r.data as Page<R> | undefined);
  const known = pages.find((p) => p !== undefined)?.total;
  if (known !== undefined) total.current = known;
  const onRange = useCallback((first: number, last: number) => {
    const next = [Math.floor(first / PAGE), Math.floor(last / PAGE)] as const;
    setPages((old) => (old[0] === next[0] && old[1] === next[1] ? old : next));
  }, []);
  const failed = results.find((r) => r.isError);
  return {
    count: known ?? total.current,
    rowAt: (index: number) => pages[Math.floor(index / PAGE) - from]?.items[index % PAGE],
    onRange,
    loading: known === undefined && results.some((r) => r.isPending),
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
