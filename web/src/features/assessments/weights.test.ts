import { expect, it } from 'vitest';
import { parseWeights } from './weights';

it('reads codes and weights, names the lines it cannot, and goes on', () => {
  const { weights, rejected } = parseWeights(
    '\uFEFF编号,权重\r\nL3-CES1-01,3\r\n"L3-CES1-02";"0.7"\nL3-CES1-03\t1\n\nL3-CES1-04,9\nnonsense,1\n',
  );
  expect(weights).toEqual({ 'L3-CES1-01': 3, 'L3-CES1-02': 0.7, 'L3-CES1-03': 1 });
  expect(rejected).toEqual(['6: L3-CES1-04,9', '7: nonsense,1']);
});
