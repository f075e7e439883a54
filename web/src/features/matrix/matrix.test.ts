import { describe, expect, it } from 'vitest';
import { cellText, type Matrix, parseCell, patched, stateAt, unitVerdict, verdictAt } from './matrix';

const matrix: Matrix = {
  revision: 4,
  requirements: ['L3-PES1-01', 'L3-CES1-01', 'L3-CES1-02'],
  objects: [7, 9],
  verdicts: ['c--', '-p?'],
  states: ['c..', '.p.'],
};

describe('matrix', () => {
  it('decodes cells, and knows what is none', () => {
    expect(verdictAt(matrix, 0, 0)).toBe('compliant');
    expect(verdictAt(matrix, 1, 0)).toBeUndefined();
    expect(verdictAt(matrix, 2, 1)).toBe('unanswered');
    expect(verdictAt(matrix, 9, 9)).toBeUndefined();
    expect([stateAt(matrix, 1, 1), stateAt(matrix, 2, 1), stateAt(matrix, 9, 9)]).toEqual(['proposed', 'none', 'none']);
  });
  it('patches only cells that exist and leaves the original alone', () => {
    const cells = [
      { requirement: 'L3-CES1-01', asset_id: 9 },
      { requirement: 'L3-PES1-01', asset_id: 9 },
      { requirement: 'L3-XXX1-01', asset_id: 7 },
    ];
    const after = patched(matrix, cells, { state: 'overruled', verdict: 'noncompliant' });
    expect(after.verdicts).toEqual(['c--', '-n?']);
    expect(after.states).toEqual(['c..', '.o.']);
    expect(matrix.verdicts).toEqual(['c--', '-p?']);
    expect(patched(matrix, cells, { state: 'confirmed' }).verdicts).toEqual(matrix.verdicts);
  });
  it.each([
    [[undefined], undefined],
    [['not_applicable', undefined], 'not_applicable'],
    [['compliant', 'not_applicable'], 'compliant'],
    [['compliant', 'noncompliant'], 'partial'],
    [['noncompliant', 'noncompliant'], 'noncompliant'],
    [['partial', 'partial'], 'partial'],
    [['noncompliant', 'partial'], 'partial'],
    [['unanswered', 'unanswered'], 'unanswered'],
    [['unanswered', 'not_applicable'], 'unanswered'],
    [['compliant', 'unanswered'], 'partial'],
    [['noncompliant', 'unanswered'], 'noncompliant'],
  ] as const)('judges a unit of %j', (cells, expected) => expect(unitVerdict(cells)).toBe(expected));
  it('keeps a cell in the address', () => {
    expect(parseCell(cellText({ requirement: 'L3-CES1-01', asset_id: 9 }))).toEqual({ requirement: 'L3-CES1-01', asset_id: 9 });
    expect(['', 'L3-CES1-01', 'L3-CES1-01@x', '@3', undefined].map(parseCell)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
