import type { Schemas } from '../src/api/client.ts';
import { at, moment } from './chance.ts';
import { found, Refusal } from './refusal.ts';
import type { Handlers } from './types.ts';

type Role = Schemas['Role'];
type Permission = Schemas['Permission'];
const READ: Permission[] = ['records.read', 'assessment.read', 'finding.read', 'plan.read'];
const OF: Record<Role, Permission[]> = {
  system_admin: ['account.manage', 'settings.write'],
  security_admin: ['account.authorise'],
  audit_admin: ['ledger.read'],
  security_lead: [
    ...READ,
    'records.write',
    'assessment.judge',
    'assessment.answer',
    'inspection.run',
    'finding.write',
    'plan.write',
    'report.export',
  ],
  engineer: [...READ, 'records.write', 'assessment.answer', 'inspection.run', 'plan.write', 'report.export'],
  liaison: [...READ, 'assessment.answer'],
  director: [...READ, 'plan.approve', 'report.export'],
  assessor: [...READ, 'report.export'],
};
const PEOPLE: [string, string, Role[], Schemas['Account']['state']][] = [
  ['sysadmin', '系统管理员', ['system_admin'], 'active'],
  ['secadmin', '安全管理员', ['security_admin'], 'active'],
  ['auditadmin', '审计管理员', ['audit_admin'], 'active'],
  ['lead', '林若溪', ['security_lead'], 'active'],
  ['engineer', '沈景行', ['engineer'], 'active'],
  ['liaison', '顾知远', ['liaison'], 'active'],
  ['director', '陆安然', ['director'], 'active'],
  ['assessor', '程书言', ['assessor'], 'active'],
  ['first', '苏怀瑾', ['engineer'], 'active'],
  ['waiting', '韩清和', [], 'inactive'],
  ['gone', '秦望舒', ['engineer'], 'disabled'],
];
const ACCOUNTS: Schemas['Account'][] = PEOPLE.map(([username, display_name, roles, state], i) => ({
  id: i + 1,
  username,
  display_name,
  state,
  locked_until: username === 'liaison' ? moment(0.01) : null,
  roles,
  person_id: null,
  created_at: moment(-90 + i),
  last_sign_in_at: state === 'active' ? moment(-i / 3) : null,
  allowed_actions: [
    'grant',
    'reset-password',
    ...(state === 'disabled' ? ['enable'] : state === 'active' ? ['disable'] : []),
    ...(username === 'liaison' ? ['unlock'] : []),
  ],
}));
const changed = new Set<string>();
let needed = process.env.MOCK_FRESH === '1';

export function sessionOf(username: string | null): Schemas['Session'] {
  const account = ACCOUNTS.find((a) => a.username === username);
  if (!account) throw new Refusal('not-signed-in', 401);
  const { id, display_name, roles } = account;
  return {
    account: {
      id,
      username: account.username,
      display_name,
      roles,
      must_change_password: account.username === 'first' && !changed.has('first'),
    },
    permissions: roles.flatMap((r) => OF[r]),
    csrf: 'mock-token',
    organisation: '杏林市示范医院',
    idle_seconds: 1800,
    expires_at: moment(0.4),
    demo: true,
  };
}

const one = (id: string | undefined) => found(ACCOUNTS.find((a) => a.id === Number(id)));

type Keys =
  | 'get_setup'
  | 'set_up'
  | 'get_session'
  | 'sign_in'
  | 'sign_out'
  | 'change_password'
  | 'list_accounts'
  | 'create_account'
  | 'set_account_roles'
  | 'disable_account'
  | 'enable_account'
  | 'unlock_account'
  | 'reset_account_password';
export const accountHandlers: Pick<Handlers, Keys> = {
  get_setup: () => ({ needed, demo: true }),
  set_up: () => {
    needed = false;
    return undefined;
  },
  get_session: ({ signedIn }) => sessionOf(signedIn),
  sign_in: ({ body }) => {
    const account = ACCOUNTS.find((a) => a.username === body.username);
    if (!account || body.password !== 'demo') throw new Refusal('sign-in-failed', 401);
    if (account.state !== 'active') throw new Refusal('account-inactive', 403);
    return sessionOf(account.username);
  },
  sign_out: () => undefined,
  change_password: ({ signedIn }) => {
    if (signedIn) changed.add(signedIn);
    return undefined;
  },
  list_accounts: () => ({ items: ACCOUNTS, total: ACCOUNTS.length }),
  create_account: ({ body }) => {
    if (ACCOUNTS.some((a) => a.username === body.username)) throw new Refusal('code-taken', 409);
    ACCOUNTS.push({ ...at(ACCOUNTS, 9), id: ACCOUNTS.length + 1, username: body.username, display_name: body.display_name });
    return at(ACCOUNTS, ACCOUNTS.length - 1);
  },
  set_account_roles: ({ params, body }) => Object.assign(one(params.id), { roles: body.roles, state: 'active' }),
  disable_account: ({ params }) => Object.assign(one(params.id), { state: 'disabled' }),
  enable_account: ({ params }) => Object.assign(one(params.id), { state: 'active' }),
  unlock_account: ({ params }) => Object.assign(one(params.id), { locked_until: null }),
  reset_account_password: ({ params }) => one(params.id),
};
