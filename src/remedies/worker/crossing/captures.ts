import ts from 'typescript';
import { contains } from '../../../code/scopes.ts';
import { symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/** A name used inside a piece of code and declared outside of it. */
export interface Capture {
  readonly name: string;
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Declaration;
  readonly uses: readonly ts.Identifier[];
}

/** What a piece of code takes from its surroundings. */
export interface Surroundings {
  readonly captures: readonly Capture[];
  /** Global names: neither declared inside nor in the file. */
  readonly globals: readonly ts.Identifier[];
  /** `this`, `super`, `arguments`, `new.target`, `await`, `yield`: things that belong to the function around. */
  readonly bound: readonly ts.Node[];
}

/** Finds the free names of a node; names in types do not count, since types do not run. */
export function surroundingsOf(model: SourceModel, root: ts.Node): Surroundings {
  const uses = new Map<ts.Symbol, ts.Identifier[]>();
  const globals: ts.Identifier[] = [];
  const bound: ts.Node[] = [];
  const visit = (node: ts.Node, ownThis: boolean): void => {
    if (ts.isTypeNode(node)) return;
    if (isBound(node) && !ownThis) bound.push(node);
    if (ts.isAwaitExpression(node) || ts.isYieldExpression(node)) {
      if (!hasFunctionBetween(node, root)) bound.push(node);
    }
    if (ts.isIdentifier(node) && isReference(node) && !isBound(node)) record(node);
    const opens = node !== root && ts.isFunctionLike(node) && !ts.isArrowFunction(node);
    ts.forEachChild(node, (child) => {
      visit(child, ownThis || opens);
    });
  };
  const record = (node: ts.Identifier): void => {
    const symbol = symbolOf(model, node);
    if (symbol === undefined) globals.push(node);
    else if (!(symbol.declarations ?? []).some((each) => contains(root, each))) {
      uses.set(symbol, [...(uses.get(symbol) ?? []), node]);
    }
  };
  visit(root, ts.isFunctionDeclaration(root) || ts.isFunctionExpression(root));
  return { captures: [...uses].flatMap(([symbol, each]) => captureOf(symbol, each)), globals, bound };
}

function captureOf(symbol: ts.Symbol, uses: readonly ts.Identifier[]): readonly Capture[] {
  const declaration = symbol.declarations?.[0];
  return declaration === undefined ? [] : [{ name: symbol.name, symbol, declaration, uses }];
}

const isBound = (node: ts.Node): boolean =>
  node.kind === ts.SyntaxKind.ThisKeyword ||
  node.kind === ts.SyntaxKind.SuperKeyword ||
  (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.NewKeyword) ||
  (ts.isIdentifier(node) && node.text === 'arguments' && isReference(node));

function hasFunctionBetween(node: ts.Node, root: ts.Node): boolean {
  for (let each = node.parent; each !== root; each = each.parent) if (ts.isFunctionLike(each)) return true;
  return ts.isFunctionLike(root);
}

/** Whether an identifier stands for a value, and is not a property name, a label or a declaration. */
export function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) {
    return parent.name !== node || (ts.isPropertyAssignment(parent) && parent.initializer === node);
  }
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node;
  if (ts.isMetaProperty(parent) || ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent))
    return false;
  return !ts.isDeclarationStatement(parent) && !isMemberName(parent, node) && !ts.isQualifiedName(parent);
}

const isMemberName = (parent: ts.Node, node: ts.Identifier): boolean =>
  (ts.isFunctionExpression(parent) || ts.isClassElement(parent) || ts.isMethodDeclaration(parent)) &&
  parent.name === node;
