import { describe, expect, it } from 'vitest';
import { ofSource, parted, type RetentionRule } from './retention';

const rule = (id: number, source: string | null, state: string): RetentionRule => ({
  id,
  source,
  days: 200,
  reason: '院内制度',
  until: null,
  state,
  proposed_by: '主管',
  proposed_at: '2026-11-22T02:00:00Z',
  decided_by: null,
  decided_at: null,
  decision: null,
  ended_at: null,
  ended_reason: null,
  allowed_actions: [],
});

describe('rules of retention', () => {
  const rules = [rule(4, 'fw', 'in_force'), rule(3, 'fw', 'proposed'), rule(2, 'fw', 'ended'), rule(1, null, 'in_force')];
  it('puts what waits for the auditor first and parts what is over', () => {
    expect(parted(rules).standing.map((one) => one.id)).toEqual([3, 4, 1]);
    expect(parted(rules).past.map((one) => one.id)).toEqual([2]);
  });
  it('finds what stands for a source', () => {
    expect(ofSource(rules, 'fw').inForce?.id).toBe(4);
    expect(ofSource(rules, 'fw').proposed?.id).toBe(3);
    expect(ofSource(rules, 'his').inForce).toBeUndefined();
  });
});
