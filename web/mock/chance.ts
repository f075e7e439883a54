/** A small deterministic generator: the mock shows the same hospital every time. */
export function chance(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    next,
    below: (n: number) => Math.floor(next() * n),
    pick: <T>(items: readonly [T, ...T[]]): T => items[Math.floor(next() * items.length)] ?? items[0],
  };
}

export const NOW = '2026-11-22T08:30:00Z';
export const day = (offset: number) => new Date(Date.parse(NOW) + offset * 86_400_000).toISOString().slice(0, 10);
export const moment = (offset: number) => new Date(Date.parse(NOW) + offset * 86_400_000).toISOString().replace('.000', '');
export const digest = (seed: string) => {
  const random = chance([...seed].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7));
  return Array.from({ length: 64 }, () => '0123456789abcdef'[random.below(16)]).join('');
};
export const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  if (item === undefined) throw new Error(`no item ${index}`);
  return item;
};
