import { expect, it } from 'vitest';
import { treeOf } from './tree';

const node = (id: number, parent_id: number | null, code = `D${id}`) => ({ id, parent_id, code });

it('lists children under their parent, by code, and loses nobody', () => {
  const shape = (nodes: Parameters<typeof treeOf>[0]) => treeOf(nodes).map((x) => `${'-'.repeat(x.depth)}${x.node.id}`);
  expect(shape([node(3, 1), node(2, null), node(1, null), node(4, 3)])).toEqual(['1', '-3', '--4', '2']);
  expect(shape([node(1, 99)])).toEqual(['1']);
  expect(shape([node(1, 2), node(2, 1)])).toEqual(['1', '2']);
});
