import type { Schemas } from '../../src/api/client';
import { at, chance, day, moment } from '../chance.ts';
import { HAZARDS, ROUNDS, type Round, summary, units } from './assessment.ts';
import { CATALOGUE } from './catalogue.ts';
import { DEPARTMENTS, PEOPLE, SYSTEMS } from './records.ts';

const FINDING_STATES: Schemas['FindingState'][] = ['open', 'planned', 'planned', 'in_progress', 'verifying', 'closed', 'accepted'];

export const FINDINGS: Schemas['Finding'][] = ROUNDS.flatMap((r) => findingsOf(r));

function findingsOf(r: Round): Schemas['Finding'][] {
  const random = chance(r.id * 17);
  const system = at(SYSTEMS, r.system - 1);
  return units(r).flatMap((u, index) => {
    if (u.verdict !== 'partial' && u.verdict !== 'noncompliant') return [];
    const requirement = at(CATALOGUE, index);
    const objects = r.objects.flatMap((o, i) => {
      const character = r.verdicts[i]?.[index];
      return character === 'p' || character === 'n'
        ? [
            {
              asset_id: o.id,
              name: o.name,
              verdict: character === 'p' ? ('partial' as const) : ('noncompliant' as const),
              detail: '口令最小长度为 6，未启用复杂度检查',
            },
          ]
        : [];
    });
    if (objects.length === 0) return [];
    const high = requirement.high_risk_cases.length > 0;
    const state = at(FINDING_STATES, random.below(FINDING_STATES.length));
    return [
      {
        id: r.id * 1000 + index,
        system_id: system.id,
        system_name: system.name,
        requirement: requirement.id,
        control: requirement.control,
        title: {
          zh: `${requirement.control.zh}措施不到位，涉及 ${objects.length} 个对象`,
          en: `${requirement.control.en} incomplete on ${objects.length} objects`,
        },
        severity: high ? 'high' : index % 3 === 0 ? 'low' : 'medium',
        major_hazard: requirement.hazards.length > 0,
        verdict: u.verdict,
        state,
        objects,
        first_seen_at: moment(-30 - (index % 20)),
        last_seen_at: moment(-2),
        task_id: state === 'open' || r.id !== 1 ? null : index + 1,
        allowed_actions: state === 'accepted' || state === 'closed' ? ['reopen'] : ['accept'],
      } satisfies Schemas['Finding'],
    ];
  });
}

const PHASES = [
  { code: 'quick', zh: '立即整改', en: 'Quick wins', from: -20, to: 15 },
  { code: 'harden', zh: '加固与制度', en: 'Hardening and rules', from: 5, to: 60 },
  { code: 'purchase', zh: '采购与建设', en: 'Purchase and building', from: 30, to: 150 },
  { code: 'verify', zh: '复核与测评', en: 'Verification', from: 140, to: 180 },
] as const;

export const TASKS: Schemas['Task'][] = FINDINGS.filter((f) => f.system_id === 1).map((f, i) => {
  const random = chance(f.id);
  const measure = at(CATALOGUE, f.id - 1000).measure;
  const kind = measure?.kind ?? 'management';
  const phase = kind === 'quick_win' ? PHASES[0] : kind === 'purchase' || kind === 'construction' ? PHASES[2] : PHASES[1];
  const start = phase.from + random.below(Math.max(1, phase.to - phase.from - 12));
  const length = 5 + random.below(16);
  const state: Schemas['TaskState'] =
    start + length < -3 ? (i % 4 === 0 ? 'doing' : 'done') : start < 0 ? (i % 3 === 0 ? 'verifying' : 'doing') : 'todo';
  const owner = i % 6 === 5 ? null : at(PEOPLE, i % 12);
  const department = at(DEPARTMENTS, (i % 5) + 1);
  return {
    id: f.id - 999,
    plan_id: 1,
    finding_id: f.id,
    requirement: f.requirement,
    title: { zh: `完善${f.control.zh}（${f.requirement}）`, en: `Complete ${f.control.en.toLowerCase()} (${f.requirement})` },
    measure: measure?.text ?? f.title,
    kind,
    phase: phase.code,
    owner_id: owner?.id ?? null,
    owner_name: owner?.name ?? null,
    department_id: department.id,
    department_name: department.name,
    starts_on: day(start),
    due_on: day(start + length),
    state,
    effort_days: measure?.effort_days ?? [1, 2],
    cost_cny: measure?.cost_cny ?? [0, 0],
    risk: measure?.risk ?? f.title,
    rollback: measure?.rollback ?? f.title,
    severity: f.severity,
    note: null,
    allowed_actions: ['edit', ...(state === 'todo' ? ['start'] : state === 'doing' ? ['submit'] : state === 'verifying' ? ['verify'] : [])],
  };
});

export function plan(state: 'draft' | 'approved'): Schemas['Plan'] {
  const now = summary(at(ROUNDS, 0));
  const sum = (tasks: readonly Schemas['Task'][], key: 'cost_cny' | 'effort_days') =>
    [0, 1].map((i) => tasks.reduce((n, k) => n + (k[key][i] ?? 0), 0));
  return {
    id: 1,
    assessment_id: 1,
    system_name: '医院信息系统',
    title: '医院信息系统网络安全等级保护整改方案',
    starts_on: day(-20),
    ends_on: day(180),
    state,
    phases: PHASES.map((p) => {
      const tasks = TASKS.filter((k) => k.phase === p.code);
      return {
        code: p.code,
        name: { zh: p.zh, en: p.en },
        starts_on: day(p.from),
        ends_on: day(p.to),
        tasks: tasks.length,
        cost_cny: sum(tasks, 'cost_cny'),
      };
    }),
    expected: {
      ...now,
      rate: 0.965,
      conclusion: 'compliant',
      compliant: Math.round(now.applicable * 0.965),
      partial: 4,
      noncompliant: 2,
      unanswered: 0,
      provisional: false,
      hazards_resolved: now.hazards_found,
      next_at: null,
      next_items: null,
    },
    current: now,
    tasks: TASKS,
    cost_cny: sum(TASKS, 'cost_cny'),
    effort_days: sum(TASKS, 'effort_days'),
  };
}

export const openHazards = () => HAZARDS.filter((h) => h.resolved_on === null).length;
