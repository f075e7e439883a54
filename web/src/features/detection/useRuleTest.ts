import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { testRule } from './api';

/** How long nothing is typed before the rule is tried. */
const REST_MS = 900;
export const HOURS = [1, 24, 72, 168] as const;

/** Tries the rule against what was received of late, shortly after the last key; a newer text calls an older trial off. */
export function useRuleTest(text: string) {
  const [hours, setHours] = useState<number>(HOURS[1]);
  const [tried, setTried] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setTried(text), REST_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['post', '/api/v1/detection/rules/test', tried, hours] as const,
    queryFn: ({ signal }) => testRule({ text: tried, hours }, signal),
    enabled: tried.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
  /** At once; again when nothing was changed, as new events may have come. */
  const run = useCallback(() => {
    if (text === tried) void refetch();
    else setTried(text);
  }, [text, tried, refetch]);
  return { data, error, isFetching, isStale: text !== tried || isFetching, hours, setHours, run };
}
export type RuleTest = ReturnType<typeof useRuleTest>;
