import ts from 'typescript';
import type { Position } from '../../base/position.ts';

/** A function of the source, or the file itself for code at its top level. */
export type Scope = ts.SourceFile | ts.FunctionLikeDeclaration;

export const isFunctionNode = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node;

/** Where V8 says a function begins: its opening parenthesis, or the first parameter of an arrow without one. */
function parametersStart(tree: ts.SourceFile, node: ts.FunctionLikeDeclaration): number {
  const first = node.parameters[0];
  const opening = node.parameters.pos - 1;
  if (tree.text[opening] === '(') return opening;
  return first?.getStart(tree) ?? node.getStart(tree);
}

const indices = new WeakMap<
  ts.SourceFile,
  readonly { readonly at: number; readonly node: ts.FunctionLikeDeclaration }[]
>();

/** All functions of a file in order of text, with the offsets at which V8 says that they begin. */
export function functionsOf(
  tree: ts.SourceFile,
): readonly { readonly at: number; readonly node: ts.FunctionLikeDeclaration }[] {
  const known = indices.get(tree);
  if (known !== undefined) return known;
  const found: { at: number; node: ts.FunctionLikeDeclaration }[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) found.push({ at: parametersStart(tree, node), node });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  indices.set(tree, found);
  return found;
}

/** Offset of a zero-based position, or undefined where the text has no such place. */
export function offsetAt(tree: ts.SourceFile, position: Position): number | undefined {
  const starts = tree.getLineStarts();
  const start = starts[position.line];
  if (start === undefined) return undefined;
  const offset = start + Math.max(position.column, 0);
  return offset <= (starts[position.line + 1] ?? tree.text.length) ? offset : undefined;
}

/** The zero-based position of an offset. */
export function positionAt(tree: ts.SourceFile, offset: number): Position {
  const { line, character } = tree.getLineAndCharacterOfPosition(offset);
  return { line, column: character };
}

/**
 * The function that V8 places at a position. Where a source map shifted it, the smallest function whose head holds the
 * position and whose name fits is taken. Undefined when the text does not fit the running code.
 */
export function functionAt(tree: ts.SourceFile, position: Position, name: string): Scope | undefined {
  if (position.line <= 0 && position.column <= 0 && name === '') return tree;
  const offset = offsetAt(tree, position);
  if (offset === undefined) return undefined;
  const functions = functionsOf(tree);
  const exact = functions.find(({ at }) => at === offset);
  if (exact !== undefined) return exact.node;
  const inHead = functions.filter(
    ({ node }) => node.getStart(tree) <= offset && offset <= (node.body?.pos ?? node.end),
  );
  return (inHead.find(({ node }) => nameOf(node) === name) ?? inHead.at(-1))?.node;
}

/** The innermost function around a place, or the file. */
export function enclosingScope(node: ts.Node): Scope {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) if (isFunctionNode(at)) return at;
  return node.getSourceFile();
}

/** The innermost function whose text holds an offset, or the file. */
export function innermostScope(tree: ts.SourceFile, offset: number): Scope {
  const around = functionsOf(tree).filter(({ node }) => node.getStart(tree) <= offset && offset < node.end);
  return around.at(-1)?.node ?? tree;
}

function nameOfTarget(node: ts.Node): string | null {
  if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) {
    return ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : null;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    if (ts.isPropertyAccessExpression(node.left)) return node.left.name.text;
    return ts.isIdentifier(node.left) ? node.left.text : null;
  }
  return ts.isParenthesizedExpression(node) ? nameOfTarget(node.parent) : null;
}

/** The name a function is known by: its own, or that of the variable or property it is assigned to; '' if anonymous. */
export function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (ts.isConstructorDeclaration(node)) return node.parent.name?.text ?? '';
  if (node.name !== undefined) return node.name.getText();
  return nameOfTarget(node.parent) ?? '';
}

/** How a function is called in a report: its name, else the call it is passed to. */
export function titleOf(scope: Scope): string {
  if (ts.isSourceFile(scope)) return '(module)';
  const name = nameOf(scope);
  if (name !== '') return name;
  const call = scope.parent;
  if (!ts.isCallExpression(call)) return '(anonymous)';
  return `(callback of ${call.expression.getText().split(/\s/, 1)[0]?.slice(0, 60) ?? ''})`;
}

/** Names of the functions around a scope, outermost first, for a stable id. */
export function scopePath(scope: Scope): string {
  const names: string[] = [];
  for (let at = scope; !ts.isSourceFile(at); at = enclosingScope(at)) names.unshift(titleOf(at));
  return names.join('/');
}
