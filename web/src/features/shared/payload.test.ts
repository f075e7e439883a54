import { describe, expect, it } from 'vitest';
import { payloadLines, payloadSummary } from './payload';

const say = (group: string, code: string) => (group === 'field' ? code.toUpperCase() : `${group}:${code}`);
const text = (payload: Record<string, unknown>) => payloadLines(payload, say).map((line) => `${line.name}=${line.text}`);

describe('what an entry carries', () => {
  it('leaves out what is not there', () => expect(text({ a: null, b: '', c: [], d: {}, e: 0, f: false })).toEqual(['E=0', 'F=false']));
  it('shows what changed from what to what', () => {
    expect(text({ name: ['old', 'new'], owner_id: [null, 3], roles: [[], ['lead', 'engineer']] })).toEqual([
      'NAME=old → new',
      'OWNER_ID=— → 3',
      'ROLES=— → role:lead, role:engineer',
    ]);
  });
  it('takes lists for lists', () => {
    expect(text({ objects: [7, 9], paths: ['/etc', '/opt'] })).toEqual(['OBJECTS=7, 9', 'PATHS=/etc, /opt']);
    expect(text({ objects: [1, 2, 3, 4, 5, 6] })).toEqual(['OBJECTS=1, 2, 3, 4 … (6)']);
  });
  it('says verdicts and states of cells in words', () => {
    expect(text({ verdict: 'partial', cells: { '1/L3-CES1-01/7': ['partial', 'compliant'] } })).toEqual([
      'VERDICT=verdict:partial',
      'CELLS=L3-CES1-01 verdict:partial → verdict:compliant',
    ]);
    expect(text({ cells: { proposed: 12, reopened: 2 } })).toEqual(['CELLS=cellState:proposed 12, cellState:reopened 2']);
  });
  it('goes into records', () => expect(payloadSummary({ grade: { s: 3, a: 2 }, reason: 'x' }, say)).toBe('GRADE S 3, A 2 · REASON x'));
});
