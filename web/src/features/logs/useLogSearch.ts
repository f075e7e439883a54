import { useCallback, useMemo, useState } from 'react';
import { useSearchState } from '@/features/shared/search';
import type { Asked } from './api';
import { composed, type Filter, filtersText, toggled } from './filters';
import { mistakeIn } from './query';
import { rangeOf, type View, viewOf } from './view';

type Patch = Record<string, string | undefined>;

/** The search that the address names: what is asked of the server, and how it is changed. */
export function useLogSearch() {
  const [search, set] = useSearchState();
  const view = useMemo(() => viewOf(search), [search]);
  // Relative times are counted from the last time that somebody asked, so that all parts of the page mean the same.
  const [now, setNow] = useState(() => Date.now());
  const query = composed(view.q, view.filters);
  const { from, to } = rangeOf(view, now);
  const asked = useMemo<Asked>(() => ({ query, from, to }), [query, from, to]);
  const refresh = useCallback(() => setNow(Date.now()), []);
  /** Changes what is asked; what merely shows it differently goes through `set`. */
  const ask = useCallback(
    (patch: Patch) => {
      set({ event: undefined, ...patch });
      setNow(Date.now());
    },
    [set],
  );
  /** Sets or lifts a filter; an event that is looked at stays open. */
  const filter = useCallback(
    (one: Filter) => ask({ event: view.open ?? undefined, where: filtersText(toggled(view.filters, one)) || undefined }),
    [ask, view.filters, view.open],
  );
  return { view, asked, mistake: mistakeIn(view.q), now, set, ask, filter, refresh };
}

export type LogSearchState = ReturnType<typeof useLogSearch>;
export type { View };
