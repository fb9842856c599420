import type ts from 'typescript';

/** Remembers what was read from a tree, so that each is walked once however many samples ask. */
export function perNode<Node extends ts.Node, T>(read: (node: Node) => T): (node: Node) => T {
  const known = new WeakMap<Node, { readonly value: T }>();
  return (node) => {
    const held = known.get(node) ?? { value: read(node) };
    known.set(node, held);
    return held.value;
  };
}
