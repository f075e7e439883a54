import type { Schemas } from '../src/api/client.ts';
import { moment } from './chance.ts';
import { ROUNDS, summary } from './data/assessment.ts';
import { ASSETS, DEPARTMENTS, ORGANISATION, PEOPLE, POSTS, SYSTEMS } from './data/records.ts';
import { found, Refusal } from './refusal.ts';
import type { Handlers } from './types.ts';

const page = <T>(items: readonly T[], query: URLSearchParams) => {
  const offset = Number(query.get('offset') ?? 0);
  return { items: items.slice(offset, offset + Number(query.get('limit') ?? 1000)), total: items.length };
};
export const paged = page;
const byId = <T extends { id: number }>(items: T[], id: string | undefined) => found(items.find((x) => x.id === Number(id)));
const remove = <T extends { id: number }>(items: T[], id: string | undefined) => {
  items.splice(items.indexOf(byId(items, id)), 1);
  return undefined;
};
const taken = (items: readonly { code: string }[], code: string) => {
  if (items.some((x) => x.code === code)) throw new Refusal('code-taken', 409);
};
const add = <T extends { id: number; code: string }>(items: T[], item: Omit<T, 'id'>): T => {
  taken(items, (item as { code: string }).code);
  const made = { ...item, id: Math.max(0, ...items.map((x) => x.id)) + 1 } as T;
  items.push(made);
  return made;
};
const nameOf = (items: readonly { id: number; name: string }[], id: number | null | undefined) =>
  items.find((x) => x.id === id)?.name ?? null;

const system = (s: Omit<Schemas['System'], 'result'>): Schemas['System'] => {
  const round = ROUNDS.find((r) => r.id === s.assessment_id);
  return { ...s, result: round ? summary(round) : null };
};
const systemFields = (b: Schemas['SystemInput']) => ({
  ...b,
  description: b.description ?? null,
  extensions: b.extensions ?? [],
  filing_number: b.filing_number ?? null,
  graded_on: b.graded_on ?? null,
  filed_on: b.filed_on ?? null,
  certificate_expires_on: b.certificate_expires_on ?? null,
  department_id: b.department_id ?? null,
  owner_id: b.owner_id ?? null,
  state: b.state ?? ('operating' as const),
  level: Math.max(b.grade.s, b.grade.a),
  department_name: nameOf(DEPARTMENTS, b.department_id),
  owner_name: nameOf(PEOPLE, b.owner_id),
});
const assetFields = (b: Schemas['AssetInput']) => ({
  ...b,
  system_ids: b.system_ids ?? [],
  system_names: (b.system_ids ?? []).map((id) => nameOf(SYSTEMS, id) ?? ''),
  address: b.address ?? null,
  location: b.location ?? null,
  model: b.model ?? null,
  version: b.version ?? null,
  supplier: b.supplier ?? null,
  owner_id: b.owner_id ?? null,
  owner_name: nameOf(PEOPLE, b.owner_id),
  department_id: b.department_id ?? null,
  department_name: nameOf(DEPARTMENTS, b.department_id),
  state: b.state ?? ('operating' as const),
  local_host: b.local_host ?? false,
});
const personFields = (b: Schemas['PersonInput']) => ({
  ...b,
  department_id: b.department_id ?? null,
  department_name: nameOf(DEPARTMENTS, b.department_id),
  post_id: b.post_id ?? null,
  post_name: nameOf(POSTS, b.post_id),
  phone: b.phone ?? null,
  email: b.email ?? null,
  state: b.state ?? ('active' as const),
});

function assets(query: URLSearchParams) {
  const q = (query.get('q') ?? '').toLowerCase();
  const is = (key: string, value: unknown) => !query.get(key) || query.get(key) === String(value);
  const list = ASSETS.filter(
    (a) =>
      (!q || `${a.code} ${a.name} ${a.address ?? ''}`.toLowerCase().includes(q)) &&
      is('object_type', a.object_type) &&
      is('importance', a.importance) &&
      is('department_id', a.department_id) &&
      (!query.get('system_id') || a.system_ids.includes(Number(query.get('system_id')))),
  );
  const sort = query.get('sort');
  if (!sort) return page(list, query);
  const key = sort.replace('-', '') as keyof Schemas['Asset'];
  const sign = sort.startsWith('-') ? -1 : 1;
  return page(
    list.toSorted((a, b) => sign * String(a[key] ?? '').localeCompare(String(b[key] ?? ''))),
    query,
  );
}

const FATES: Schemas['PreviewRow'][] = Array.from({ length: 40 }, (_, i) => ({
  row: i + 2,
  key: `A9${String(i).padStart(4, '0')}`,
  name: `新增终端 ${String(i + 1).padStart(2, '0')}`,
  fate: i === 7 || i === 19 ? 'reject' : i < 30 ? 'create' : i < 36 ? 'update' : 'unchanged',
  changes: i >= 30 && i < 36 ? [{ field: 'location', from: '门诊楼 1 层', to: '门诊楼 2 层' }] : [],
  problems:
    i === 7
      ? [{ column: '对象类型', found: '服务器', expected: '“服务器操作系统”等列出的类型之一' }]
      : i === 19
        ? [{ column: '编号', found: '', expected: '必填，且不与其他行重复' }]
        : [],
}));
const jobs = new Map<number, Schemas['Job']>();
const sheet = { name: 'mock.xlsx', bytes: 'mock' };

type Keys =
  | 'get_organisation'
  | 'update_organisation'
  | 'list_departments'
  | 'create_department'
  | 'update_department'
  | 'delete_department'
  | 'list_posts'
  | 'create_post'
  | 'update_post'
  | 'delete_post'
  | 'list_people'
  | 'create_person'
  | 'update_person'
  | 'delete_person'
  | 'list_systems'
  | 'create_system'
  | 'get_system'
  | 'update_system'
  | 'delete_system'
  | 'list_assets'
  | 'create_asset'
  | 'get_asset'
  | 'update_asset'
  | 'delete_asset'
  | 'get_import_template'
  | 'preview_import'
  | 'start_import'
  | 'get_import_rejects'
  | 'export_records'
  | 'get_job'
  | 'cancel_job'
  | 'list_history';
export const recordHandlers: Pick<Handlers, Keys> = {
  get_organisation: () => ORGANISATION,
  update_organisation: ({ body }) => Object.assign(ORGANISATION, body),
  list_departments: () => ({ items: DEPARTMENTS, total: DEPARTMENTS.length }),
  create_department: ({ body }) =>
    add(DEPARTMENTS, { ...body, parent_id: body.parent_id ?? null, head_id: body.head_id ?? null, people_count: 0 }),
  update_department: ({ params, body }) => Object.assign(byId(DEPARTMENTS, params.id), body),
  delete_department: () => {
    throw new Refusal('still-referenced', 409);
  },
  list_posts: () => ({ items: POSTS, total: POSTS.length }),
  create_post: ({ body }) => add(POSTS, { ...body, department_id: body.department_id ?? null, duty: body.duty ?? null, people_count: 0 }),
  update_post: ({ params, body }) => Object.assign(byId(POSTS, params.id), body),
  delete_post: ({ params }) => remove(POSTS, params.id),
  list_people: ({ query }) => {
    const q = query.get('q') ?? '';
    const department = query.get('department_id');
    return page(
      PEOPLE.filter(
        (p) => (!q || `${p.code}${p.name}${p.phone ?? ''}`.includes(q)) && (!department || p.department_id === Number(department)),
      ),
      query,
    );
  },
  create_person: ({ body }) => add(PEOPLE, personFields(body)),
  update_person: ({ params, body }) => Object.assign(byId(PEOPLE, params.id), personFields(body)),
  delete_person: ({ params }) => remove(PEOPLE, params.id),
  list_systems: () => ({ items: SYSTEMS.map(system), total: SYSTEMS.length }),
  create_system: ({ body }) => system(add(SYSTEMS, { ...systemFields(body), asset_count: 0, assessment_id: null })),
  get_system: ({ params }) => system(byId(SYSTEMS, params.id)),
  update_system: ({ params, body }) => system(Object.assign(byId(SYSTEMS, params.id), systemFields(body))),
  delete_system: ({ params }) => remove(SYSTEMS, params.id),
  list_assets: ({ query }) => assets(query),
  create_asset: ({ body }) => add(ASSETS, { ...assetFields(body), last_inspected_at: null }),
  get_asset: ({ params }) => byId(ASSETS, params.id),
  update_asset: ({ params, body }) => Object.assign(byId(ASSETS, params.id), assetFields(body)),
  delete_asset: ({ params }) => remove(ASSETS, params.id),
  get_import_template: () => sheet,
  preview_import: ({ params, file }) => {
    if (!file?.name.endsWith('.xlsx')) throw new Refusal('unreadable-file', 422);
    return {
      kind: params.kind as Schemas['RecordKind'],
      file_name: file.name,
      digest: '9c'.repeat(32),
      total: 40,
      create: 28,
      update: 6,
      unchanged: 4,
      reject: 2,
      rows: FATES,
      rows_shown: 40,
    };
  },
  start_import: () => {
    const job: Schemas['Job'] = { id: jobs.size + 1, kind: 'import', state: 'running', done: 0, total: 40, result: null, problem: null };
    jobs.set(job.id, job);
    return job;
  },
  get_import_rejects: () => sheet,
  export_records: () => sheet,
  get_job: ({ params }) => {
    const job = found(jobs.get(Number(params.id)));
    if (job.state !== 'running') return job;
    job.done = Math.min(job.total, job.done + 9);
    if (job.done === job.total) Object.assign(job, { state: 'done', result: { created: 28, updated: 6, unchanged: 4, rejected: 2 } });
    return job;
  },
  cancel_job: ({ params }) => {
    found(jobs.get(Number(params.id))).state = 'cancelled';
    return undefined;
  },
  list_history: ({ params }) => {
    const kind = params.kind ?? '';
    const items: Schemas['LedgerEntry'][] = [
      {
        seq: 640,
        at: moment(-3),
        actor: 5,
        actor_name: '沈景行',
        action: `${kind}.update`,
        subjects: [{ kind, id: params.id ?? '' }],
        payload: { location: '中心机房 C 列' },
        prev: '7a'.repeat(32),
        hash: '5c'.repeat(32),
      },
      {
        seq: 212,
        at: moment(-42),
        actor: 4,
        actor_name: '林若溪',
        action: `${kind}.create`,
        subjects: [{ kind, id: params.id ?? '' }],
        payload: { code: 'A00001', name: '示例' },
        prev: '1d'.repeat(32),
        hash: '2e'.repeat(32),
      },
    ];
    return { items, total: items.length };
  },
};
