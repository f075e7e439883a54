import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client';
import { AntdRoot } from './app/AntdRoot';
import { nonceStyles } from './app/nonce';
import { makeRouter } from './app/router';
import { paths } from './features/shared/paths';
import { i18nReady, setLang, storedLang } from './i18n';
import './styles/tokens.css';
import './styles/base.css';
import { PreferencesProvider } from './ui/preferences';

nonceStyles();
const open = /^\/(sign-in|setup)/;
const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // The router itself deals with a start without session.
      if (query.queryKey[0] === 'session') return;
      // The session ended meanwhile. A full load forgets what it knew; sign-in then leads back here.
      if (error instanceof ApiError && error.status === 401 && !open.test(window.location.pathname))
        window.location.assign(paths.signIn(window.location.pathname + window.location.search));
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});
const router = makeRouter(queryClient);

await i18nReady;
await setLang(storedLang());
const element = document.getElementById('root');
if (element)
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <PreferencesProvider>
          <AntdRoot>
            <RouterProvider router={router} />
          </AntdRoot>
        </PreferencesProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
