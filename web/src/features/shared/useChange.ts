import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useProblemText } from './problems';

/** Marks everything under some endpoints as stale, e.g. `/api/v1/systems` and all that starts so. */
export function useInvalidate() {
  const queries = useQueryClient();
  return (...endpoints: string[]) =>
    queries.invalidateQueries({
      predicate: ({ queryKey }) => endpoints.some((e) => typeof queryKey[1] === 'string' && queryKey[1].startsWith(`/api/v1/${e}`)),
    });
}

/** A change on the server: says when it is done, says why when it is refused, and refreshes what it touched. */
export function useChange<A, R>(
  run: (argument: A) => Promise<R>,
  options: {
    touches: string[];
    done?: string;
    onDone?: (result: R) => void;
    /** The caller shows the refusal itself. */
    quiet?: boolean;
  },
) {
  const { message } = App.useApp();
  const invalidate = useInvalidate();
  const text = useProblemText();
  return useMutation({
    mutationFn: run,
    onSuccess: async (result: R) => {
      if (options.done) void message.success(options.done);
      options.onDone?.(result);
      await invalidate(...options.touches);
    },
    onError: (error) => {
      if (!options.quiet) void message.error(text(error));
    },
  });
}
