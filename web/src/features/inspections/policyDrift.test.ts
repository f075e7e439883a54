import { describe, expect, it } from 'vitest';
import { aspectText, type FactRule, policyChanges, type RuleWords, rangeText, ruleLine } from './policyDrift';

const rule = (name: string, rest: Partial<FactRule> = {}): FactRule => ({
  name,
  action: 'permit',
  from: ['trust'],
  to: ['dmz'],
  sources: [{ first: '10.20.0.0', last: '10.20.255.255' }],
  destinations: [{ first: '10.10.1.5', last: '10.10.1.5' }],
  services: [{ protocols: [6, 6], destination_ports: { first: 1521, last: 1521 } }],
  is_enabled: true,
  is_logged: false,
  profiles: [],
  schedule: null,
  expires_on: null,
  ...rest,
});
const fact = (rules: FactRule[], fallback = 'deny') => ({ findings: [], rule_set: { name: 'out', default: fallback, rules } });
const changed = (before: FactRule[], after: FactRule[]) =>
  policyChanges([
    { before: fact(before), after: null },
    { before: null, after: fact(after) },
  ])?.[0]?.rules.map((one) => [one.kind, one.kind === 'changed' ? one.aspects : one.rule.name]);
const words: RuleWords = { any: '任意', yes: '是', no: '否', none: '无', action: (code) => (code === 'permit' ? '允许' : '拒绝') };

describe('rule sets that changed', () => {
  it('are told rule by rule', () => {
    expect(changed([rule('a'), rule('b')], [rule('new'), rule('a', { is_logged: true, action: 'deny' })])).toEqual([
      ['added', 'new'],
      ['changed', ['action', 'logged']],
      ['removed', 'b'],
    ]);
  });
  it('tell rules that changed places, but not those before which one was put', () => {
    expect(changed([rule('a'), rule('b')], [rule('new'), rule('a'), rule('b')])).toEqual([['added', 'new']]);
    expect(changed([rule('a'), rule('b')], [rule('b'), rule('a')])).toEqual([
      ['moved', 'b'],
      ['moved', 'a'],
    ]);
  });
  it('keep rules of one name apart', () => {
    expect(changed([rule('a'), rule('a')], [rule('a'), rule('a', { action: 'deny' })])).toEqual([['changed', ['action']]]);
  });
  it('come and go whole, and change what happens to the rest', () => {
    expect(policyChanges([{ before: null, after: fact([rule('a')]) }])?.[0]?.kind).toBe('added');
    expect(policyChanges([{ before: fact([], 'deny'), after: fact([], 'permit') }])?.[0]).toMatchObject({
      rules: [],
      fallback: { before: 'deny', after: 'permit' },
    });
  });
  it('are left to others where they are of another shape', () => {
    expect(policyChanges([{ before: null, after: 'text' }])).toBeNull();
    expect(policyChanges([{ after: fact([]) }, { after: fact([]) }])).toBeNull();
  });
});

describe('a rule', () => {
  it('reads in one line', () => {
    expect(ruleLine(rule('a'), words)).toBe('trust → dmz　10.20.0.0/16 → 10.10.1.5　TCP 1521');
    const open = rule('a', {
      from: [],
      to: [],
      sources: [
        { first: '0.0.0.0', last: '255.255.255.255' },
        { first: '::', last: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' },
      ],
      services: [{ protocols: [0, 255], destination_ports: { first: 0, last: 65_535 } }],
    });
    expect(ruleLine(open, words)).toBe('任意 → 10.10.1.5　任意');
  });
  it('says each side in words', () => {
    expect(aspectText(rule('a'), 'logged', words)).toBe('否');
    expect(aspectText(rule('a', { profiles: ['ips', 'av'] }), 'profiles', words)).toBe('ips, av');
    expect(
      aspectText(rule('a', { services: [{ protocols: [17, 17], destination_ports: { first: 0, last: 65_535 } }] }), 'services', words),
    ).toBe('UDP');
  });
  it.each([
    ['10.0.0.0', '10.255.255.255', '10.0.0.0/8'],
    ['10.0.0.1', '10.0.0.4', '10.0.0.1–10.0.0.4'],
    ['fd00::1', 'fd00::9', 'fd00::1–fd00::9'],
  ])('shows networks as such: %s to %s', (first, last, text) => {
    expect(rangeText({ first, last })).toBe(text);
  });
});
