import type { Schemas } from '../src/api/client.ts';
import { at, chance, digest, moment } from './chance.ts';
import { FINDINGS, plan, TASKS } from './data/plan.ts';
import { paged } from './records.ts';
import { found } from './refusal.ts';
import type { Handlers } from './types.ts';

let planState: 'draft' | 'approved' = 'draft';
const ACTIONS = [
  'session.begin',
  'verdict.confirm',
  'asset.update',
  'account.authorise',
  'verdict.overrule',
  'import.apply',
  'inspection.run',
  'task.start',
  'session.refuse',
  'account.lock',
];
const ACTORS = ['林若溪', '沈景行', '系统管理员', '安全管理员', null];
const LEDGER: Schemas['LedgerEntry'][] = Array.from({ length: 2412 }, (_, i) => {
  const seq = 2412 - i;
  const random = chance(seq);
  const action = at(ACTIONS, random.below(ACTIONS.length));
  const actor = random.below(ACTORS.length);
  return {
    seq,
    at: moment(-i / 24),
    actor: actor === 4 ? null : actor + 1,
    actor_name: ACTORS[actor] ?? null,
    action,
    subjects: [{ kind: action.split('.')[0] ?? '', id: String(1 + random.below(300)) }],
    payload: { reason: '例行处理', state: 'active' },
    prev: digest(String(seq - 1)),
    hash: digest(String(seq)),
  };
});
const words = (query: URLSearchParams, key: string, value: string) => !query.get(key) || (query.get(key) ?? '').split(',').includes(value);
const task = (id: string | undefined) => found(TASKS.find((k) => k.id === Number(id)));
const finding = (id: string | undefined) => found(FINDINGS.find((f) => f.id === Number(id)));
const document = { name: 'mock.docx', bytes: 'mock' };
const step = (id: string | undefined, state: Schemas['TaskState'], next: string[]) =>
  Object.assign(task(id), { state, allowed_actions: ['edit', ...next] });

type Keys =
  | 'list_findings'
  | 'get_finding'
  | 'accept_finding'
  | 'reopen_finding'
  | 'list_plans'
  | 'create_plan'
  | 'get_plan'
  | 'approve_plan'
  | 'refresh_plan'
  | 'update_task'
  | 'start_task'
  | 'submit_task'
  | 'verify_task'
  | 'export_plan'
  | 'export_gap'
  | 'export_items'
  | 'list_ledger'
  | 'verify_ledger';
export const workHandlers: Pick<Handlers, Keys> = {
  list_findings: ({ query }) => {
    const q = query.get('q') ?? '';
    return paged(
      FINDINGS.filter(
        (f) =>
          words(query, 'state', f.state) &&
          words(query, 'severity', f.severity) &&
          words(query, 'domain', f.requirement.slice(3, 6)) &&
          words(query, 'system_id', String(f.system_id)) &&
          (!q || `${f.requirement}${f.title.zh}${f.control.zh}`.includes(q)),
      ),
      query,
    );
  },
  get_finding: ({ params }) => finding(params.id),
  accept_finding: ({ params }) => Object.assign(finding(params.id), { state: 'accepted', allowed_actions: ['reopen'] }),
  reopen_finding: ({ params }) => Object.assign(finding(params.id), { state: 'open', allowed_actions: ['accept'] }),
  list_plans: () => {
    const { tasks: _tasks, ...brief } = plan(planState);
    return { items: [brief], total: 1 };
  },
  create_plan: () => plan(planState),
  get_plan: () => plan(planState),
  approve_plan: () => {
    planState = 'approved';
    return plan(planState);
  },
  refresh_plan: () => plan(planState),
  update_task: ({ params, body: { title, ...body } }) =>
    Object.assign(task(params.id), body, title ? { title: { zh: title, en: title } } : {}),
  start_task: ({ params }) => step(params.id, 'doing', ['submit']),
  submit_task: ({ params }) => step(params.id, 'verifying', ['verify']),
  verify_task: ({ params }) => step(params.id, 'done', []),
  export_plan: () => document,
  export_gap: () => document,
  export_items: () => ({ name: 'mock.xlsx', bytes: 'mock' }),
  list_ledger: ({ query }) => {
    const from = query.get('from') ?? '';
    const to = query.get('to') ?? '9';
    return paged(
      LEDGER.filter(
        (e) =>
          words(query, 'action', e.action) &&
          (!query.get('subject_kind') || e.subjects[0]?.kind === query.get('subject_kind')) &&
          e.at >= from &&
          e.at <= to,
      ),
      query,
    );
  },
  verify_ledger: () => ({ ok: true, entries: LEDGER.length, head: at(LEDGER, 0).hash, first_bad: null }),
};
