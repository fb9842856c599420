import ts from 'typescript';
import { perNode } from './perNode.ts';

/** Names of a file's functions -> other names under which the file hands them out: `XLSX.read = readSync`, `export { a as b }`. */
export const exportedNames = perNode((tree: ts.SourceFile): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, string[]>();
  const add = (own: string, exported: string): void => {
    if (own !== exported) names.set(own, [...(names.get(own) ?? []), exported]);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isExportSpecifier(node)) add((node.propertyName ?? node.name).text, node.name.text);
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.initializer) && ts.isIdentifier(node.name))
      add(node.initializer.text, node.name.text);
    const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    if (isAssignment && ts.isIdentifier(node.right) && ts.isPropertyAccessExpression(node.left))
      add(node.right.text, node.left.name.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return names;
});
