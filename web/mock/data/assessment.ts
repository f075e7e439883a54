import type { Schemas } from '../../src/api/client';
import { at, chance, day, moment } from '../chance.ts';
import { CATALOGUE, DOMAIN_CODES } from './catalogue.ts';
import { ASSETS, SYSTEMS } from './records.ts';

const VERDICT = { c: 'compliant', p: 'partial', n: 'noncompliant', x: 'not_applicable', '?': 'unanswered' } as const;
const STATE: Record<string, Schemas['CellState']> = { '.': 'none', p: 'proposed', c: 'confirmed', o: 'overruled', r: 'reopened' };
type Character = keyof typeof VERDICT;
export type Round = {
  id: number;
  system: number;
  name: string;
  template: Schemas['Template'];
  settings: Schemas['AssessmentSettings'];
  weights: Record<string, number> | null;
  state: 'open' | 'closed';
  revision: number;
  objects: Schemas['Asset'][];
  verdicts: string[][];
  states: string[][];
};

const SETTINGS: Schemas['AssessmentSettings'] = {
  multi_object: 'tri_state',
  partial_credit: 0,
  attention: 0.5,
  over_90_with_hazards: 'basically_compliant',
  at_90: 'basically_compliant',
  at_60: 'basically_compliant',
};

function round(id: number, good: number): Round {
  const random = chance(id * 7919);
  const objects = id === 1 ? ASSETS.slice(0, 30) : ASSETS.slice(0, 24).filter((_, i) => (i + id) % 2 === 0 || i === 0);
  const quality = CATALOGUE.map(() => random.next());
  const verdicts = objects.map((o) => CATALOGUE.map((r, i) => cell(r, o, at(quality, i), good, random)));
  const states = verdicts.map((line) =>
    line.map((v) => (v === '-' || v === '?' ? '.' : (['c', 'c', 'c', 'p', 'c', 'c', 'p', 'c', 'o', 'r'][random.below(10)] ?? 'c'))),
  );
  return {
    id,
    system: id,
    name: '2026 年度自测评',
    template: '2025',
    settings: SETTINGS,
    weights: null,
    state: 'open',
    revision: 41 + id,
    objects,
    verdicts,
    states,
  };
}

function cell(
  r: Schemas['RequirementDetail'],
  o: Schemas['Asset'],
  quality: number,
  good: number,
  random: ReturnType<typeof chance>,
): string {
  if (!r.objects.includes(o.object_type)) return '-';
  if (r.optional && random.next() < 0.5) return 'x';
  if (quality < good) return 'c';
  if (quality > 0.985) return '?';
  const roll = random.next();
  return roll < 0.45 ? 'c' : roll < 0.72 ? 'p' : 'n';
}

export const ROUNDS: Round[] = [round(1, 0.76), round(2, 0.87), round(3, 0.52)];

export const HAZARDS: Schemas['Hazard'][] = ROUNDS.flatMap((r) =>
  Array.from({ length: r.id === 2 ? 2 : 6 }, (_, i) => ({
    id: r.id * 100 + i,
    system_id: r.system,
    code: `A-${String(3 + i * 3).padStart(2, '0')}`,
    title: at(
      [
        { zh: '边界没有有效的访问控制', en: 'No effective access control at the boundary' },
        { zh: '高风险漏洞长期未修补', en: 'High-risk hole left open' },
        { zh: '管理员口令弱或通用', en: 'Weak or shared administrator password' },
      ],
      i % 3,
    ),
    note: '自查发现，影响门诊业务区。',
    found_on: day(-40 + i),
    resolved_on: i % 3 === 0 ? day(-4 + i) : null,
    resolved_reason: i % 3 === 0 ? '已调整策略并复测通过' : null,
    source: i % 2 ? 'finding' : 'manual',
  })),
);

/** One requirement over its objects, tri-state. */
export function unit(r: Round, index: number): Schemas['Clause'] {
  const counts = { compliant: 0, partial: 0, noncompliant: 0, not_applicable: 0, unanswered: 0 };
  for (const line of r.verdicts) {
    const verdict = VERDICT[line[index] as Character];
    if (verdict) counts[verdict] += 1;
  }
  const applicable = counts.compliant + counts.partial + counts.noncompliant + counts.unanswered;
  const verdict =
    applicable === 0
      ? 'not_applicable'
      : counts.unanswered
        ? 'unanswered'
        : counts.compliant === applicable
          ? 'compliant'
          : counts.noncompliant === applicable
            ? 'noncompliant'
            : 'partial';
  return { id: at(CATALOGUE, index).id, verdict, ...counts, findings: counts.partial + counts.noncompliant > 0 ? 1 : 0 };
}
export const units = (r: Round) => CATALOGUE.map((_, i) => unit(r, i));

export function detail(r: Round): Schemas['ResultDetail'] {
  const list = units(r);
  const count = (v: Schemas['CellVerdict']) => list.filter((u) => u.verdict === v).length;
  const applicable = list.length - count('not_applicable');
  const rate = count('compliant') / applicable;
  const hazards = HAZARDS.filter((h) => h.system_id === r.system);
  const found = hazards.length;
  const byRate = r.template === '2025';
  const score = 100 * rate - 2;
  const conclusion: Schemas['Conclusion'] = byRate
    ? rate < 0.6
      ? 'noncompliant'
      : rate > 0.9 && found === 0
        ? 'compliant'
        : 'basically_compliant'
    : score >= 90
      ? 'excellent'
      : score >= 80
        ? 'good'
        : score >= 70
          ? 'fair'
          : 'poor';
  const costs = list
    .filter((u) => u.verdict !== 'compliant' && u.verdict !== 'not_applicable')
    .map((u) => ({ requirement: u.id, verdict: u.verdict, points: byRate ? 1 / applicable : 0.5 }));
  const steps: [Schemas['Conclusion'], number][] = byRate
    ? [
        ['basically_compliant', 0.6],
        ['compliant', 0.9],
      ]
    : [
        ['fair', 70],
        ['good', 80],
        ['excellent', 90],
      ];
  const thresholds = steps.map(([to, limit]): Schemas['Threshold'] => {
    const reached = byRate ? rate >= limit : score >= limit;
    const needed = reached ? 0 : Math.ceil(byRate ? limit * applicable - count('compliant') : (limit - score) / 0.5);
    const cheapest = costs
      .map((c) => ({ ...c, measure: CATALOGUE.find((q) => q.id === c.requirement)?.measure }))
      .toSorted((a, b) => (a.measure?.cost_cny[1] ?? 0) - (b.measure?.cost_cny[1] ?? 0))
      .slice(0, needed)
      .map((c) => ({
        requirement: c.requirement,
        points: c.points,
        effort_days: c.measure?.effort_days ?? [0, 0],
        cost_cny: c.measure?.cost_cny ?? [0, 0],
      }));
    const sum = (key: 'effort_days' | 'cost_cny') => [0, 1].map((i) => cheapest.reduce((n, c) => n + (c[key][i] ?? 0), 0));
    return {
      conclusion: to,
      at: limit,
      reached,
      items_needed: needed,
      cheapest,
      effort_days: sum('effort_days'),
      cost_cny: sum('cost_cny'),
    };
  });
  return {
    result: {
      format: 'xinglin.result/1',
      template: r.template,
      items: list.length,
      applicable,
      compliant: count('compliant'),
      partial: count('partial'),
      noncompliant: count('noncompliant'),
      not_applicable: count('not_applicable'),
      unanswered: list.filter((u) => u.verdict === 'unanswered').map((u) => u.id),
      provisional: count('unanswered') > 0,
      rate: byRate ? rate : null,
      score: byRate ? null : score,
      technical: r.template === '2021' ? score * 0.48 : null,
      management: r.template === '2021' ? score * 0.52 : null,
      conclusion,
      conclusion_zh: conclusion,
      domains: coverage([r]),
      hazards: { found, resolved: hazards.filter((h) => h.resolved_on).length },
    },
    costs,
    thresholds,
    weights_official: byRate || r.weights !== null,
  };
}

export function coverage(rounds: readonly Round[]): Schemas['DomainRate'][] {
  return DOMAIN_CODES.map((domain) => {
    const list = rounds.flatMap((r) => units(r)).filter((u) => u.id.slice(3, 6) === domain && u.verdict !== 'not_applicable');
    const compliant = list.filter((u) => u.verdict === 'compliant').length;
    return { domain, applicable: list.length, compliant, rate: list.length ? compliant / list.length : null };
  });
}

export function summary(r: Round): Schemas['ResultSummary'] {
  const { result, thresholds } = detail(r);
  const next = thresholds.find((x) => !x.reached);
  const { template, rate, score, conclusion, conclusion_zh, applicable, compliant, partial, noncompliant, not_applicable, provisional } =
    result;
  return {
    template,
    rate,
    score,
    conclusion,
    conclusion_zh,
    applicable,
    compliant,
    partial,
    noncompliant,
    not_applicable,
    unanswered: result.unanswered.length,
    provisional,
    hazards_found: result.hazards.found,
    hazards_resolved: result.hazards.resolved,
    next_at: next?.at ?? null,
    next_items: next?.items_needed ?? null,
  };
}

export function assessment(r: Round): Schemas['Assessment'] {
  const system = at(SYSTEMS, r.system - 1);
  return {
    id: r.id,
    system_id: r.system,
    system_name: system.name,
    name: r.name,
    template: r.template,
    grade: system.grade,
    extensions: system.extensions,
    settings: r.settings,
    weights: r.weights,
    state: r.state,
    started_on: day(-60),
    closed_on: null,
    revision: r.revision,
    result: summary(r),
    objects: r.objects.map(({ id, code, name, object_type, importance }) => ({ id, code, name, object_type, importance })),
  };
}

/** The rate of the last weeks, ending where it is. */
export function trend(r: Round): Schemas['TrendPoint'][] {
  const now = summary(r);
  const random = chance(r.id * 31);
  return Array.from({ length: 26 }, (_, i) => {
    const back = 25 - i;
    const rate = Math.max(0.2, (now.rate ?? 0.8) - back * 0.011 + (back === 0 ? 0 : (random.next() - 0.5) * 0.012));
    return {
      on: day(-back * 2),
      rate,
      score: now.score === null ? null : now.score - back * 0.6,
      compliant: Math.round(rate * now.applicable),
      hazards_open: Math.max(0, 2 + Math.round(back / 6)),
    };
  });
}

export function cellOf(r: Round, id: string, asset: number, actions: string[]): Schemas['Cell'] | undefined {
  const row = CATALOGUE.findIndex((q) => q.id === id);
  const column = r.objects.findIndex((o) => o.id === asset);
  const verdict = VERDICT[r.verdicts[column]?.[row] as Character];
  const requirement = CATALOGUE[row];
  if (!verdict || !requirement) return undefined;
  const state = STATE[r.states[column]?.[row] ?? '.'] ?? 'none';
  const decided = state === 'confirmed' || state === 'overruled';
  const good = verdict === 'compliant';
  return {
    requirement: id,
    asset,
    verdict,
    state,
    reason: state === 'overruled' ? '现场核实，已有等效措施' : null,
    decided_by: decided ? '林若溪' : null,
    decided_at: decided ? moment(-6) : null,
    valid_until: decided ? moment(174) : null,
    proposal:
      verdict === 'unanswered'
        ? null
        : {
            verdict: verdict as Schemas['Verdict'],
            reasons: [
              {
                zh: good ? '最近一次检查 3 项全部通过，且足以证明。' : '最近一次检查有 1 项未通过。',
                en: good ? 'All 3 checks of the last inspection pass and suffice.' : '1 check of the last inspection fails.',
              },
              { zh: '访谈第 2 问回答“部分”。', en: 'Question 2 of the interview was answered “partly”.' },
            ],
          },
    evidence:
      verdict === 'unanswered'
        ? []
        : [
            {
              id: asset * 10,
              kind: 'inspection',
              title: '主机检查 2026-11-20',
              collected_at: moment(-2),
              valid_until: moment(88),
              state: 'current',
              digest: '3f'.repeat(32),
              by: null,
              attachments: [{ id: 1, name: '配置截图.png', size_bytes: 183_204, digest: 'ab'.repeat(32) }],
            },
          ],
    interview: requirement.interview.map((q, i) => ({
      ...q,
      answer: verdict === 'unanswered' ? null : i === 0 ? 'yes' : 'partly',
      note: null,
    })),
    checks: requirement.checks.map((c) => ({
      ...c,
      status: good ? 'pass' : 'fail',
      requirements: [id],
      observed: good ? 'minlen = 10, minclass = 3' : 'minlen = 6',
      expected: 'minlen ≥ 8, minclass ≥ 3',
      remedy: {
        zh: '在 /etc/security/pwquality.conf 设置 minlen = 10、minclass = 3，并为存量账号强制改密。',
        en: 'Set minlen = 10 and minclass = 3 in /etc/security/pwquality.conf and force a change for existing accounts.',
      },
    })),
    history: decided
      ? [
          {
            seq: 812,
            at: moment(-6),
            actor: 4,
            actor_name: '林若溪',
            action: `verdict.${state === 'overruled' ? 'overrule' : 'confirm'}`,
            subjects: [{ kind: 'verdict', id: `${r.id}/${id}/${asset}` }],
            payload: { verdict },
            prev: '0a'.repeat(32),
            hash: '1b'.repeat(32),
          },
        ]
      : [],
    allowed_actions: actions.filter((a) =>
      a === 'confirm' ? state === 'proposed' || state === 'reopened' : a === 'reopen' ? decided : true,
    ),
  };
}
