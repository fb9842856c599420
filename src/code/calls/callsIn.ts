import ts from 'typescript';
import { isFunctionNode, type Scope } from './functionAt.ts';
import { perNode } from './perNode.ts';

/** An expression that enters another function. */
export type CallNode = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

/** Whether a node is an expression that enters another function. */
export const isCallNode = (node: ts.Node): node is CallNode =>
  ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node);

/** Calls written in a scope in order of text; those in functions nested in it only when asked for. */
export const callsIn = (scope: Scope, nested: boolean): readonly CallNode[] =>
  nested ? allCalls(scope) : ownCalls(scope);

const allCalls = perNode((scope: Scope) => walkCalls(scope, true));
const ownCalls = perNode((scope: Scope) => walkCalls(scope, false));

function walkCalls(scope: Scope, nested: boolean): readonly CallNode[] {
  const calls: CallNode[] = [];
  const visit = (node: ts.Node): void => {
    if (isCallNode(node)) calls.push(node);
    if (nested || !isFunctionNode(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(scope, visit);
  return calls;
}

function unwrap(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return unwrap(node.expression);
  return node;
}

/** The callee of a call without wrapping parentheses. */
export const calleeOf = (call: CallNode): ts.Expression =>
  unwrap(ts.isTaggedTemplateExpression(call) ? call.tag : call.expression);

/** The last name of a callee: `readFileSync` for `fs.readFileSync(…)`; null for a computed one. */
export function calleeName(call: CallNode): string | null {
  const callee = calleeOf(call);
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text;
  if (ts.isElementAccessExpression(callee) && ts.isStringLiteralLike(callee.argumentExpression)) {
    return callee.argumentExpression.text;
  }
  return callee.kind === ts.SyntaxKind.ImportKeyword ? 'import' : null;
}

/** The text before the last name: `fs` for `fs.readFileSync(…)`; '' for a bare call. */
export function receiverText(call: CallNode): string {
  const callee = calleeOf(call);
  return ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)
    ? callee.expression.getText()
    : '';
}

function addBinding(
  names: Map<string, string>,
  name: ts.BindingName | ts.Identifier,
  original: ts.Node | undefined,
): void {
  if (ts.isIdentifier(name) && original !== undefined) names.set(name.text, original.getText());
}

/** Local names of a file that stand for another name: `import { a as b }`, `const { a: b } = …`, `const b = lib.a`. */
export const aliasesOf = perNode((tree: ts.SourceFile): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportSpecifier(node)) addBinding(names, node.name, node.propertyName);
    if (ts.isBindingElement(node)) addBinding(names, node.name, node.propertyName);
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const value = unwrap(node.initializer);
      if (ts.isPropertyAccessExpression(value)) addBinding(names, node.name, value.name);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return names;
});
