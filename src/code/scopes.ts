import ts from 'typescript';

/** The function whose body runs `node`, or null at the top level of the file. */
export function enclosingFunction(
  node: ts.Node,
): ts.SignatureDeclaration | ts.ClassStaticBlockDeclaration | null {
  let child = node;
  for (let parent = node.parent; !ts.isSourceFile(parent); child = parent, parent = parent.parent) {
    if (ts.isClassStaticBlockDeclaration(parent)) return parent;
    // A computed name runs where the function is declared, not inside it.
    if (ts.isFunctionLike(parent) && child !== (parent as ts.NamedDeclaration).name) return parent;
  }
  return null;
}

/** Whether a function carries the `async` keyword. */
export const isAsync = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node)?.some((each) => each.kind === ts.SyntaxKind.AsyncKeyword) ?? false);

/** Whether one node lies inside another of the same file, or is it. */
export const contains = (outer: ts.Node, inner: ts.Node): boolean =>
  outer.pos <= inner.pos && inner.end <= outer.end;
