import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { type ReactNode, Suspense } from 'react';
import { AntdRoot } from '@/app/AntdRoot';
import { parseSearch, stringifySearch } from '@/features/shared/search';
import { PreferencesProvider } from '@/ui/preferences';

type Asked = { method: string; path: string; query: Record<string, string>; body: unknown };
/** What the server answers, by method and path such as `GET /api/v1/alerts/7`. */
export type Answers = Record<string, (asked: Asked) => unknown>;

/** What a page asked of the server, in order. */
export const asked: Asked[] = [];
let answers: Answers = {};

/** Stands in for the network. Put it in place before anything is imported that fetches: see `vi.hoisted`. */
export async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const text = request.method === 'GET' ? '' : await request.text();
  const one: Asked = {
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    body: text ? JSON.parse(text) : null,
  };
  asked.push(one);
  const found = answers[`${one.method} ${one.path}`];
  if (!found) return Response.json({ slug: 'not-found', status: 404, title: `nothing at ${one.path}` }, { status: 404 });
  return Response.json(found(one));
}

/** Shows a page at an address as somebody with these permissions, answered by what is given. */
export function showPage(Page: () => ReactNode, { at, permissions, ...rest }: { at: string; permissions: string[]; answers: Answers }) {
  asked.length = 0;
  answers = rest.answers;
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 30_000 } } });
  queries.setQueryData(['session'], { account: { id: 7, display_name: '甲子安', roles: [] }, permissions, organisation: '', csrf: 'x' });
  const root = createRootRoute({ component: Outlet });
  const routeTree = root.addChildren([createRoute({ getParentRoute: () => root, path: '$', component: Page })]);
  const history = createMemoryHistory({ initialEntries: [at] });
  const router = createRouter({ routeTree, history, parseSearch, stringifySearch });
  render(
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <AntdRoot>
          <Suspense fallback={null}>
            <RouterProvider router={router as never} />
          </Suspense>
        </AntdRoot>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
  return { history };
}
