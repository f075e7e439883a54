import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { bodyOf, client, rememberCsrf, type Schemas } from '@/api/client';

export type Session = Schemas['Session'];
export type Permission = Schemas['Permission'];

/** The present session; the token it carries goes with every later change. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session> => {
    const session = await bodyOf(client.GET('/api/v1/session'));
    rememberCsrf(session.csrf);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export const useSession = (): Session => useSuspenseQuery(sessionQuery).data;

/** Whether the session may do something; the server decides again. */
export function useMay() {
  const { permissions } = useSession();
  return (permission: Permission) => permissions.includes(permission);
}
