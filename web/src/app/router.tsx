import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError, api, bodyOf, client } from '@/api/client';
import { assessmentQuery } from '@/features/shared/lists';
import { paths } from '@/features/shared/paths';
import { numberOf, parseSearch, stringifySearch } from '@/features/shared/search';
import { type Permission, sessionQuery } from '@/features/shared/session';
import { Bones } from '@/ui/states';
import { homeOf } from './navigation';
import { RouteError, RouteMissing } from './RouteError';
import { Shell } from './Shell';

type Context = { queryClient: QueryClient };
const root = createRootRouteWithContext<Context>()({ component: Outlet, errorComponent: RouteError, notFoundComponent: RouteMissing });

const setup = createRoute({
  getParentRoute: () => root,
  path: 'setup',
  beforeLoad: async () => {
    const { needed } = await bodyOf(client.GET('/api/v1/setup'));
    if (!needed) throw redirect({ href: paths.signIn() });
  },
  component: lazyRouteComponent(() => import('@/features/setup/SetupPage'), 'SetupPage'),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  component: lazyRouteComponent(() => import('@/features/session/SignInPage'), 'SignInPage'),
});
const password = createRoute({
  getParentRoute: () => root,
  path: 'password',
  beforeLoad: ({ context, location }) => signedIn(context, location.href),
  component: lazyRouteComponent(() => import('@/features/session/PasswordPage'), 'PasswordPage'),
});

/** Lets the signed-in through; sends others to sign in, or to the set-up wizard of a fresh installation. */
async function signedIn({ queryClient }: Context, href: string) {
  try {
    return await queryClient.ensureQueryData(sessionQuery);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const { needed } = await bodyOf(client.GET('/api/v1/setup'));
    throw redirect({ href: needed ? paths.setup() : paths.signIn(href === '/' ? undefined : href) });
  }
}

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const session = await signedIn(context, location.href);
    if (session.account.must_change_password) throw redirect({ href: paths.password() });
    return { session };
  },
  component: Shell,
  errorComponent: RouteError,
});
const overviewPage = () => import('@/features/overview/OverviewPage');
// The page most start on: its code is fetched while the session is still being asked for.
if (window.location.pathname === '/') void overviewPage();

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: ({ context }) => {
    const home = homeOf(context.session.permissions);
    if (home !== paths.overview()) throw redirect({ href: home });
  },
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(api.queryOptions('get', '/api/v1/dashboard'));
  },
  component: lazyRouteComponent(overviewPage, 'OverviewPage'),
});
const idOf = (params: { id: string }) => numberOf(params.id) ?? 0;
const page = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>, needs?: Permission) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    // Whoever may not see a page is told so, instead of a form that only refuses.
    beforeLoad: ({ context }) => {
      if (needs && !context.session.permissions.includes(needs)) throw notFound();
    },
    component: component as never,
    notFoundComponent: RouteMissing,
  });
const matrix = createRoute({
  getParentRoute: () => shell,
  path: 'assessments/$id/matrix',
  loader: ({ context, params }) => {
    const id = idOf(params);
    void context.queryClient.prefetchQuery(assessmentQuery(id));
    void context.queryClient.prefetchQuery(api.queryOptions('get', '/api/v1/assessments/{id}/matrix', { params: { path: { id } } }));
  },
  component: lazyRouteComponent(() => import('@/features/matrix/MatrixPage'), 'MatrixPage'),
});

/** The whole map of the page. */
const routeTree = root.addChildren([
  setup,
  signIn,
  password,
  shell.addChildren([
    overview,
    matrix,
    page(
      'assessments',
      lazyRouteComponent(() => import('@/features/assessments/AssessmentsPage'), 'AssessmentsPage'),
    ),
    page(
      'assessments/$id',
      lazyRouteComponent(() => import('@/features/assessments/ResultPage'), 'ResultPage'),
    ),
    page(
      'systems',
      lazyRouteComponent(() => import('@/features/systems/SystemsPage'), 'SystemsPage'),
    ),
    page(
      'assets',
      lazyRouteComponent(() => import('@/features/assets/AssetsPage'), 'AssetsPage'),
    ),
    page(
      'people',
      lazyRouteComponent(() => import('@/features/people/PeoplePage'), 'PeoplePage'),
    ),
    page(
      'findings',
      lazyRouteComponent(() => import('@/features/findings/FindingsPage'), 'FindingsPage'),
    ),
    page(
      'plans',
      lazyRouteComponent(() => import('@/features/plans/PlansPage'), 'PlansPage'),
    ),
    page(
      'plans/$id',
      lazyRouteComponent(() => import('@/features/plans/PlanPage'), 'PlanPage'),
    ),
    page(
      'inspections',
      lazyRouteComponent(() => import('@/features/inspections/InspectionsPage'), 'InspectionsPage'),
    ),
    page(
      'inspections/$id',
      lazyRouteComponent(() => import('@/features/inspections/InspectionPage'), 'InspectionPage'),
    ),
    page(
      'exceptions',
      lazyRouteComponent(() => import('@/features/inspections/ExceptionsPage'), 'ExceptionsPage'),
    ),
    page(
      'discovery',
      lazyRouteComponent(() => import('@/features/discovery/DiscoveriesPage'), 'DiscoveriesPage'),
    ),
    page(
      'discovery/$id',
      lazyRouteComponent(() => import('@/features/discovery/DiscoveryPage'), 'DiscoveryPage'),
    ),
    page(
      'agents',
      lazyRouteComponent(() => import('@/features/agents/AgentsPage'), 'AgentsPage'),
    ),
    page(
      'integrity',
      lazyRouteComponent(() => import('@/features/integrity/IntegrityPage'), 'IntegrityPage'),
    ),
    page(
      'logs',
      lazyRouteComponent(() => import('@/features/logs/SearchPage'), 'SearchPage'),
      'logs.read',
    ),
    page(
      'logs/sql',
      lazyRouteComponent(() => import('@/features/logs/SqlPage'), 'SqlPage'),
      'logs.read',
    ),
    page(
      'logs/schedules',
      lazyRouteComponent(() => import('@/features/logs/SchedulesPage'), 'SchedulesPage'),
      'logs.read',
    ),
    page(
      'logs/sources',
      lazyRouteComponent(() => import('@/features/logs/SourcesPage'), 'SourcesPage'),
      'logs.read',
    ),
    page(
      'logs/storage',
      lazyRouteComponent(() => import('@/features/logs/StoragePage'), 'StoragePage'),
      'logs.read',
    ),
    page(
      'logs/receiving',
      lazyRouteComponent(() => import('@/features/logs/ReceivingPage'), 'ReceivingPage'),
      'logs.manage',
    ),
    page(
      'detection/alerts',
      lazyRouteComponent(() => import('@/features/detection/AlertsPage'), 'AlertsPage'),
      'alerts.read',
    ),
    page(
      'detection/rules',
      lazyRouteComponent(() => import('@/features/detection/RulesPage'), 'RulesPage'),
      'alerts.read',
    ),
    page(
      'detection/rules/edit',
      lazyRouteComponent(() => import('@/features/detection/RuleEditorPage'), 'RuleEditorPage'),
      'detection.manage',
    ),
    page(
      'detection/indicators',
      lazyRouteComponent(() => import('@/features/detection/IndicatorsPage'), 'IndicatorsPage'),
      'alerts.read',
    ),
    page(
      'catalogue',
      lazyRouteComponent(() => import('@/features/catalogue/CataloguePage'), 'CataloguePage'),
    ),
    page(
      'accounts',
      lazyRouteComponent(() => import('@/features/accounts/AccountsPage'), 'AccountsPage'),
    ),
    page(
      'ledger',
      lazyRouteComponent(() => import('@/features/ledger/LedgerPage'), 'LedgerPage'),
    ),
    page(
      'organisation',
      lazyRouteComponent(() => import('@/features/organisation/OrganisationPage'), 'OrganisationPage'),
    ),
  ]),
]);

export const makeRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Bones lines={8} />,
    scrollRestoration: true,
    parseSearch,
    stringifySearch,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
