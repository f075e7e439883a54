import { useCallback, useEffect, useReducer, useState } from 'react';
import { tailSource } from './api';
import { QUIET, tailAfter } from './tail';
import type { LogEvent } from './types';

/** Events come singly, by thousands; they are shown a few times a second. */
const SHOW_EVERY_MS = 250;
export type TailState = 'connecting' | 'open' | 'broken';

/** New events as they are kept, newest first. */
export function useTail(query: string) {
  const [tail, step] = useReducer(tailAfter, QUIET);
  const [state, setState] = useState<TailState>('connecting');
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another connection
  useEffect(() => {
    setState('connecting');
    step({ kind: 'clear' });
    const waiting: LogEvent[] = [];
    const source = tailSource(query);
    source.onopen = () => setState('open');
    source.onerror = () => setState(source.readyState === EventSource.CLOSED ? 'broken' : 'connecting');
    source.addEventListener('event', (message) => waiting.push(JSON.parse((message as MessageEvent<string>).data) as LogEvent));
    source.addEventListener('lag', (message) =>
      step({ kind: 'lag', skipped: (JSON.parse((message as MessageEvent<string>).data) as { skipped: number }).skipped }),
    );
    const timer = window.setInterval(() => {
      if (waiting.length > 0) step({ kind: 'events', events: waiting.splice(0) });
    }, SHOW_EVERY_MS);
    return () => {
      window.clearInterval(timer);
      source.close();
    };
  }, [query, attempt]);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  return { tail, step, state, retry };
}
