/** An address within the page; made here and nowhere else. */
export type Href = string & { readonly __href: unique symbol };
type Query = Record<string, string | number | undefined>;

const at = (path: string, query: Query = {}): Href => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, String(value));
  const text = search.toString();
  return (text ? `${path}?${text}` : path) as Href;
};

export const paths = {
  overview: () => at('/'),
  setup: () => at('/setup'),
  signIn: (next?: string) => at('/sign-in', { next }),
  password: () => at('/password'),
  systems: (query: { q?: string; id?: number } = {}) => at('/systems', query),
  assets: (
    query: { q?: string; object_type?: string; system_id?: number; department_id?: number; importance?: string; id?: number } = {},
  ) => at('/assets', query),
  people: (query: { tab?: 'people' | 'departments' | 'posts'; q?: string; department_id?: number } = {}) => at('/people', query),
  assessments: (query: { system_id?: number } = {}) => at('/assessments', query),
  assessment: (id: number) => at(`/assessments/${id}`),
  matrix: (
    id: number,
    query: { domain?: string; verdict?: string; state?: string; q?: string; object_type?: string; cell?: string } = {},
  ) => at(`/assessments/${id}/matrix`, query),
  findings: (query: { system_id?: number; state?: string; severity?: string; domain?: string; q?: string; id?: number } = {}) =>
    at('/findings', query),
  plans: () => at('/plans'),
  plan: (id: number, query: { tab?: 'overview' | 'tasks' | 'gantt'; state?: string; task?: number } = {}) => at(`/plans/${id}`, query),
  inspections: (query: { asset_id?: number; family?: string; inspect?: string } = {}) => at('/inspections', query),
  inspection: (id: number, query: { tab?: 'drift' | 'firewall' | 'facts' } = {}) => at(`/inspections/${id}`, query),
  exceptions: () => at('/exceptions'),
  discoveries: (query: { job?: number } = {}) => at('/discovery', query),
  discovery: (id: number, query: { show?: string; port?: string; host?: string } = {}) => at(`/discovery/${id}`, query),
  agents: (query: { asset_id?: number } = {}) => at('/agents', query),
  integrity: (query: { asset_id?: number; state?: string } = {}) => at('/integrity', query),
  logs: (query: { q?: string; where?: string; span?: string; from?: string; to?: string; event?: string } = {}) => at('/logs', query),
  logSources: (query: { id?: number } = {}) => at('/logs/sources', query),
  logSchedules: (query: { id?: number } = {}) => at('/logs/schedules', query),
  logSql: (query: { sql?: string } = {}) => at('/logs/sql', query),
  logStorage: () => at('/logs/storage'),
  logReceiving: () => at('/logs/receiving'),
  alerts: (
    query: { state?: string; severity?: string; rule?: string; asset_id?: number; entity?: string; story?: number; id?: number } = {},
  ) => at('/detection/alerts', query),
  rules: (query: { tab?: 'coverage' | 'exceptions'; attack?: string; q?: string; id?: string; job?: number } = {}) =>
    at('/detection/rules', query),
  ruleEditor: (query: { id?: string; from?: string } = {}) => at('/detection/rules/edit', query),
  indicators: (query: { q?: string; kind?: string } = {}) => at('/detection/indicators', query),
  catalogue: (query: { q?: string; domain?: string; id?: string } = {}) => at('/catalogue', query),
  accounts: () => at('/accounts'),
  ledger: (query: { subject_kind?: string; subject_id?: string; actor?: number; action?: string; from?: string; to?: string } = {}) =>
    at('/ledger', query),
  organisation: () => at('/organisation'),
} as const;

/** Addresses of files the server makes; followed by the browser, not by the router. */
export const files = {
  template: (kind: string) => `/api/v1/imports/${kind}/template`,
  records: (kind: string) => `/api/v1/exports/${kind}`,
  attachment: (id: number) => `/api/v1/attachments/${id}`,
  plan: (id: number) => `/api/v1/plans/${id}/plan.docx`,
  gap: (assessmentId: number) => `/api/v1/assessments/${assessmentId}/gap.docx`,
  remedy: (inspectionId: number, kind: string) => `/api/v1/inspections/${inspectionId}/remedies/${kind}`,
  collector: (name: string) => `/api/v1/collectors/${name}`,
  items: (assessmentId: number) => `/api/v1/assessments/${assessmentId}/items.xlsx`,
  logTail: (query: string) => `/api/v1/logs/tail?${new URLSearchParams({ query })}`,
} as const;
