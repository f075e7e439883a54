import type { Schemas } from '../src/api/client.ts';
import { sessionOf } from './accounts.ts';
import { at, day, moment } from './chance.ts';
import { assessment, cellOf, coverage, detail, HAZARDS, ROUNDS, type Round, summary, trend, units } from './data/assessment.ts';
import { CATALOGUE } from './data/catalogue.ts';
import { FINDINGS, openHazards, TASKS } from './data/plan.ts';
import { ASSETS, PEOPLE, SYSTEMS } from './data/records.ts';
import { found } from './refusal.ts';
import type { Handlers } from './types.ts';

const round = (id: string | undefined) => found(ROUNDS.find((r) => r.id === Number(id)));
const CHARACTER: Record<string, string> = { compliant: 'c', partial: 'p', noncompliant: 'n', not_applicable: 'x' };

function decide(r: Round, body: Schemas['VerdictsInput']): Schemas['CellsChanged'] {
  let changed = 0;
  for (const { requirement, asset_id } of body.cells) {
    const row = CATALOGUE.findIndex((q) => q.id === requirement);
    const column = r.objects.findIndex((o) => o.id === asset_id);
    const verdicts = r.verdicts[column];
    const states = r.states[column];
    if (!verdicts || !states || verdicts[row] === '-') continue;
    if (body.action === 'overrule' && body.verdict) verdicts[row] = CHARACTER[body.verdict] ?? 'c';
    states[row] = { confirm: 'c', overrule: 'o', reopen: 'r' }[body.action];
    changed += 1;
  }
  r.revision += 1;
  return { changed, skipped: body.cells.length - changed, revision: r.revision, result: summary(r) };
}

const TITLES: [string, string, Schemas['CheckResult']['status']][] = [
  ['口令复杂度策略', 'linux.pwquality', 'fail'],
  ['登录失败锁定', 'linux.faillock', 'fail'],
  ['SSH 禁止 root 直接登录', 'linux.sshd-root', 'pass'],
  ['SSH 空闲超时', 'linux.sshd-idle', 'fail'],
  ['审计服务启用', 'linux.auditd', 'pass'],
  ['日志转发到集中平台', 'linux.log-forward', 'unknown'],
  ['时间同步', 'linux.time-sync', 'pass'],
  ['防火墙默认拒绝', 'linux.firewall', 'pass'],
  ['恶意代码防范软件', 'linux.malware', 'fail'],
  ['SUID 文件清单', 'linux.suid', 'unknown'],
  ['无线网卡', 'linux.wireless', 'not_applicable'],
];
const RESULTS: Schemas['CheckResult'][] = TITLES.map(([zh, check, status], i) => ({
  check,
  title: { zh, en: check },
  status,
  requirements: [at(CATALOGUE, 51 + i).id],
  sufficient: i % 3 === 0,
  observed: status === 'pass' ? '已启用' : status === 'unknown' ? '无权读取' : 'minlen = 6；未设置 minclass',
  expected: '符合三级要求的取值（示例）',
  remedy: {
    zh: '编辑对应配置文件，设置为期望值后重启服务，并在测试机先行验证。',
    en: 'Edit the configuration to the expected value, restart the service; verify on a test host first.',
  },
}));
const INSPECTIONS: Schemas['Inspection'][] = Array.from({ length: 14 }, (_, i) => {
  const asset = at(
    ASSETS.filter((a) => a.object_type === 'server_os'),
    i % 8,
  );
  const count = (status: string) => RESULTS.filter((r) => r.status === status).length;
  return {
    id: i + 1,
    asset_id: asset.id,
    asset_name: asset.name,
    platform: i % 3 === 0 ? 'Debian 12' : 'openEuler 22.03 (LTS)',
    collected_at: moment(-i * 2 - 0.1),
    source: asset.local_host ? 'local' : 'upload',
    pass: count('pass'),
    fail: count('fail'),
    not_applicable: count('not_applicable'),
    unknown: count('unknown'),
    unreadable: [
      { what: '/etc/shadow', why: '权限不足' },
      { what: '/var/log/audit', why: '权限不足' },
    ],
    results: RESULTS,
    facts: {
      accounts: [
        { name: 'root', uid: 0 },
        { name: 'app', uid: 1000 },
      ],
      sshd: { PermitRootLogin: 'no', ClientAliveInterval: 0 },
      packages: { count: 412 },
    },
  };
});

type Keys =
  | 'list_catalogue'
  | 'get_requirement'
  | 'list_assessments'
  | 'create_assessment'
  | 'get_assessment'
  | 'update_assessment_settings'
  | 'close_assessment'
  | 'get_matrix'
  | 'list_clauses'
  | 'get_cell'
  | 'set_verdicts'
  | 'answer_interview'
  | 'get_result'
  | 'list_trend'
  | 'list_hazards'
  | 'create_hazard'
  | 'resolve_hazard'
  | 'run_inspection'
  | 'list_inspections'
  | 'get_inspection'
  | 'create_attachment'
  | 'get_attachment'
  | 'get_dashboard';
export const assessmentHandlers: Pick<Handlers, Keys> = {
  list_catalogue: () => ({
    items: CATALOGUE.map(({ measure: _m, interview: _i, checks: _c, cases: _a, hazard_triggers: _h, ...brief }) => brief),
    total: CATALOGUE.length,
  }),
  get_requirement: ({ params }) => found(CATALOGUE.find((r) => r.id === params.id)),
  list_assessments: ({ query }) => {
    const items = ROUNDS.map(assessment).filter((a) => !query.get('system_id') || a.system_id === Number(query.get('system_id')));
    return { items, total: items.length };
  },
  create_assessment: ({ body }) => {
    const first = at(ROUNDS, 0);
    const made: Round = {
      ...first,
      id: ROUNDS.length + 1,
      system: body.system_id,
      name: body.name,
      verdicts: first.verdicts.map((l) => l.map((v) => (v === '-' ? '-' : '?'))),
      states: first.states.map((l) => l.map(() => '.')),
    };
    ROUNDS.push(made);
    return assessment(made);
  },
  get_assessment: ({ params }) => assessment(round(params.id)),
  update_assessment_settings: ({ params, body }) =>
    assessment(Object.assign(round(params.id), { template: body.template, settings: body.settings, weights: body.weights ?? null })),
  close_assessment: ({ params }) => assessment(Object.assign(round(params.id), { state: 'closed' })),
  get_matrix: ({ params }) => {
    const r = round(params.id);
    return {
      revision: r.revision,
      requirements: CATALOGUE.map((q) => q.id),
      objects: r.objects.map((o) => o.id),
      verdicts: r.verdicts.map((l) => l.join('')),
      states: r.states.map((l) => l.join('')),
    };
  },
  list_clauses: ({ params }) => units(round(params.id)),
  get_cell: ({ params, signedIn }) => {
    const { permissions } = sessionOf(signedIn);
    const actions = [
      ...(permissions.includes('assessment.judge') ? ['confirm', 'overrule', 'reopen'] : []),
      ...(permissions.includes('assessment.answer') ? ['answer'] : []),
    ];
    return found(cellOf(round(params.id), params.requirement ?? '', Number(params.asset_id), actions));
  },
  set_verdicts: ({ params, body }) => decide(round(params.id), body),
  answer_interview: ({ params, body }) => {
    const verdict = body.answers.every((a) => a.answer === 'yes')
      ? 'compliant'
      : body.answers.every((a) => a.answer === 'no')
        ? 'noncompliant'
        : 'partial';
    return decide(round(params.id), {
      action: 'overrule',
      verdict,
      cells: body.asset_ids.map((asset_id) => ({ requirement: body.requirement, asset_id })),
    });
  },
  get_result: ({ params }) => detail(round(params.id)),
  list_trend: ({ params }) => trend(round(params.id)),
  list_hazards: ({ query }) => {
    const items = HAZARDS.filter((h) => !query.get('system_id') || h.system_id === Number(query.get('system_id')));
    return { items, total: items.length };
  },
  create_hazard: ({ body }) => {
    const made = {
      ...body,
      id: HAZARDS.length + 900,
      title: { zh: '自行登记的隐患', en: 'Registered by hand' },
      resolved_on: null,
      resolved_reason: null,
      source: 'manual',
    };
    HAZARDS.push(made);
    return made;
  },
  resolve_hazard: ({ params, body }) =>
    Object.assign(found(HAZARDS.find((h) => h.id === Number(params.id))), { resolved_on: body.resolved_on, resolved_reason: body.reason }),
  run_inspection: () => at(INSPECTIONS, 0),
  list_inspections: ({ query }) => {
    const items = INSPECTIONS.filter((i) => !query.get('asset_id') || i.asset_id === Number(query.get('asset_id'))).map(
      ({ results: _r, facts: _f, ...brief }) => brief,
    );
    return { items, total: items.length };
  },
  get_inspection: ({ params }) => found(INSPECTIONS.find((i) => i.id === Number(params.id))),
  create_attachment: ({ file }) => ({
    id: Math.floor(Math.random() * 1e6),
    name: file?.name ?? 'file',
    size_bytes: 20_480,
    digest: 'ee'.repeat(32),
    media_type: 'application/octet-stream',
  }),
  get_attachment: () => ({ name: '配置截图.png', bytes: 'mock' }),
  get_dashboard: () => dashboard(),
};

function dashboard(): Schemas['Dashboard'] {
  return {
    systems: SYSTEMS.map((s) => {
      const r = ROUNDS.find((x) => x.id === s.assessment_id);
      const count = (severity: string) =>
        FINDINGS.filter((f) => f.system_id === s.id && f.severity === severity && f.state !== 'closed').length;
      return {
        id: s.id,
        name: s.name,
        grade: s.grade,
        level: s.level,
        assessment_id: s.assessment_id,
        result: r ? summary(r) : null,
        trend: r ? trend(r).map(({ on, rate }) => ({ on, rate })) : [],
        findings: { high: count('high'), medium: count('medium'), low: count('low') },
      };
    }),
    totals: {
      systems: SYSTEMS.length,
      assets: ASSETS.length,
      people: PEOPLE.length,
      findings_open: FINDINGS.filter((f) => f.state !== 'closed' && f.state !== 'accepted').length,
      hazards_open: openHazards(),
      tasks_open: TASKS.filter((k) => k.state !== 'done').length,
      tasks_overdue: TASKS.filter((k) => k.state !== 'done' && k.due_on < day(0)).length,
      proposals_waiting: ROUNDS.reduce((n, r) => n + r.states.flat().filter((s) => s === 'p').length, 0),
      evidence_expiring: 9,
    },
    first: [
      { kind: 'hazard', system_id: 3, system_name: '检验信息系统', count: 4 },
      { kind: 'hazard', system_id: 1, system_name: '医院信息系统', count: 4 },
      {
        kind: 'high_finding',
        system_id: 1,
        system_name: '医院信息系统',
        count: 6,
        requirement: 'L3-CES1-01',
        title: { zh: '口令复杂度与更换周期不足，涉及 7 个对象', en: 'Password complexity and ageing fall short on 7 objects' },
        points: 1 / 200,
      },
      { kind: 'overdue_task', system_id: 1, system_name: '医院信息系统', count: 5 },
      { kind: 'proposals', system_id: 1, system_name: '医院信息系统', count: 84 },
      { kind: 'unanswered', system_id: 3, system_name: '检验信息系统', count: 3 },
      { kind: 'expiring', system_id: 2, system_name: '电子病历系统', count: 9 },
    ],
    coverage: coverage(ROUNDS),
  };
}
