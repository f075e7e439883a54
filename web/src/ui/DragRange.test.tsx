import { expect, it } from 'vitest';
import { placeAt } from './DragRange';

it('finds the place under a point, and the nearest one beside the picture', () => {
  const margin = { left: 50, right: 10 };
  expect([0, 50, 59, 60, 149, 150, 400].map((x) => placeAt(x, 160, 10, margin))).toEqual([0, 0, 0, 1, 9, 9, 9]);
});
