type Node = { id: number; parent_id: number | null; code: string };

/** Departments in the order of their tree, each with its depth; one whose parent is missing or in a circle stands at the top. */
export function treeOf<N extends Node>(nodes: readonly N[]): { node: N; depth: number }[] {
  const known = new Set(nodes.map((n) => n.id));
  const children = new Map<number | null, N[]>();
  for (const node of nodes.toSorted((a, b) => a.code.localeCompare(b.code))) {
    const parent = node.parent_id !== null && known.has(node.parent_id) ? node.parent_id : null;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const out: { node: N; depth: number }[] = [];
  const seen = new Set<number>();
  const walk = (parent: number | null, depth: number) => {
    for (const node of children.get(parent) ?? []) {
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      out.push({ node, depth });
      walk(node.id, depth + 1);
    }
  };
  walk(null, 0);
  for (const node of nodes) if (!seen.has(node.id)) out.push({ node, depth: 0 });
  return out;
}
