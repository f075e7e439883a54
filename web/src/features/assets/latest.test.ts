import { expect, it } from 'vitest';
import { latestByFamily } from './latest';

it('has the latest inspection of each kind', () => {
  const one = (id: number, family: string, collected_at: string) => ({ id, family, collected_at }) as never;
  const found = latestByFamily([
    one(1, 'linux', '2026-11-01T00:00:00Z'),
    one(2, 'mysql', '2026-11-03T00:00:00Z'),
    one(3, 'linux', '2026-11-02T00:00:00Z'),
  ]);
  expect(found.map(({ latest, times }) => [latest.id, times])).toEqual([
    [2, 1],
    [3, 2],
  ]);
});
