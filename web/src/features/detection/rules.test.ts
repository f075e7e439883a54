import { describe, expect, it } from 'vitest';
import { healthOf } from './health';
import { byShown, coveredOf, depthOf, foundRules, isAbout, logSourceOf, ruleFiltersOf, sortedRules } from './rules';
import type { Rule } from './types';

const rule = (id: string, rest: Partial<Rule> = {}): Rule => ({
  id,
  title: { zh: id, en: id },
  level: 'medium',
  status: 'stable',
  kind: 'rule',
  origin: 'shipped',
  product: 'linux',
  category: null,
  service: 'sshd',
  enabled: true,
  attack: [],
  tactics: [],
  requirements: [],
  hits_day: 0,
  hits_month: 0,
  days: [],
  alerts_open: 0,
  true_positives: 0,
  false_positives: 0,
  precision: null,
  last_hit_at: null,
  nanoseconds_per_event: null,
  learned: null,
  ...rest,
});
const ids = (rules: readonly Rule[]) => rules.map((one) => one.id);

describe('rules', () => {
  const rules = [
    rule('ssh', {
      title: { zh: 'SSH 暴力破解', en: 'SSH brute force' },
      attack: ['T1110.001'],
      level: 'high',
      hits_month: 9,
      precision: 0.9,
    }),
    rule('usb', { product: 'windows', service: 'security', enabled: false, requirements: ['8.1.10.3'] }),
    rule('own', { origin: 'hospital', attack: ['T11'], hits_month: 3, precision: 0.2 }),
  ];
  const found = (search: Record<string, string>) => ids(foundRules(rules, ruleFiltersOf(search)));
  it('are found by words, level, origin, technique and what they did', () => {
    expect(found({ q: '暴力 linux' })).toEqual(['ssh']);
    expect(found({ q: '8.1.10' })).toEqual(['usb']);
    expect(found({ level: 'high' })).toEqual(['ssh']);
    expect(found({ origin: 'hospital' })).toEqual(['own']);
    expect(found({ attack: 'T1110' })).toEqual(['ssh']);
    expect([found({ show: 'hit' }), found({ show: 'quiet' }), found({ show: 'off' })]).toEqual([['ssh', 'own'], [], ['usb']]);
    expect(found({ level: 'dreadful' })).toHaveLength(3);
  });
  it('a technique stands for its parts, not for another that begins alike', () => {
    expect(['T1110', 'T1110.001', 'T11', 'T1110.003'].map((one) => isAbout({ attack: ['T1110.001'] }, one))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
  it('are sorted by a figure, those without one last', () => {
    expect(ids(sortedRules(rules, null))).toEqual(['ssh', 'own', 'usb']);
    expect(ids(sortedRules(rules, { key: 'precision', desc: false }))).toEqual(['own', 'ssh', 'usb']);
    expect(ids(sortedRules(rules, { key: 'precision', desc: true }))).toEqual(['ssh', 'own', 'usb']);
    expect(ids(sortedRules(rules, { key: 'level', desc: true }))[0]).toBe('ssh');
  });
  it('say where they look', () => {
    expect([logSourceOf(rule('x')), logSourceOf(rule('x', { product: null, service: null }))]).toEqual(['linux / sshd', '—']);
  });
});

describe('coverage', () => {
  const technique = (id: string, rules: number, hits_month = 0) => ({ id, name: { zh: id, en: id }, rules, hits_month });
  const tactic = (id: string, techniques: ReturnType<typeof technique>[]) => ({ id, name: { zh: id, en: id }, techniques });
  it('is deeper the more there is, and never pale where there is something', () => {
    expect([0, 1, 3, 30, 100].map((n) => depthOf(n, 100))).toEqual([0, 1, 2, 3, 4]);
    expect([depthOf(1, 1), depthOf(0, 0)]).toEqual([4, 0]);
  });
  it('counts a technique of two tactics once', () => {
    const tactics = [tactic('a', [technique('T1', 2), technique('T2', 0)]), tactic('b', [technique('T1', 2)])];
    expect(coveredOf({ tactics })).toEqual({ covered: 1, known: 2 });
  });
  it('puts on top what is coloured by', () => {
    const one = tactic('a', [technique('T3', 0), technique('T2', 5), technique('T1', 1, 40)]);
    expect(byShown(one, 'rules').map((t) => t.id)).toEqual(['T2', 'T1', 'T3']);
    expect(byShown(one, 'hits_month').map((t) => t.id)).toEqual(['T1', 'T2', 'T3']);
  });
});

it('detection that does not run, or has a problem, stands still; else it is behind or keeps up', () => {
  const status = { running: true, behind_seconds: 3, problem: null };
  expect([
    healthOf(status).word,
    healthOf({ ...status, behind_seconds: 90 }).word,
    healthOf({ ...status, running: false }).word,
    healthOf({ ...status, problem: 'the lake cannot be read' }).word,
  ]).toEqual(['running', 'behind', 'stopped', 'stopped']);
});
