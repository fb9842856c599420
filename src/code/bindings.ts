import ts from 'typescript';
import { bareModule } from './catalog/catalog.ts';
import { identifiersOf, symbolOf } from './sourceModel.ts';
import type { SourceModel } from './sourceModel.ts';

/** An expression that stands for a module (`path` empty) or for an export of it, as in `fs.promises.readFile`. */
export interface ModuleRef {
  /** Without the `node:` prefix; `fs.promises` is the module `fs/promises`. */
  readonly module: string;
  /** Export names from the module object inwards; `default` is dropped. */
  readonly path: readonly string[];
}

const deepestAlias = 12;

/** Follows imports, requires, destructuring and constant aliases from an expression to an export of a module. */
export function moduleRefOf(model: SourceModel, expression: ts.Expression, depth = 0): ModuleRef | undefined {
  if (depth > deepestAlias) return undefined;
  const node = skipOuter(expression);
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(model, node);
    return symbol === undefined ? globalRef(node) : refOfSymbol(model, symbol, depth + 1);
  }
  if (ts.isPropertyAccessExpression(node)) {
    return inside(moduleRefOf(model, node.expression, depth + 1), node.name.text);
  }
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return inside(moduleRefOf(model, node.expression, depth + 1), node.argumentExpression.text);
  }
  if (ts.isAwaitExpression(node)) return importedModule(node.expression);
  return ts.isCallExpression(node) ? requiredModule(model, node) : undefined;
}

/** Parentheses and type assertions do not change what an expression stands for. */
export function skipOuter(expression: ts.Expression): ts.Expression {
  let node = expression;
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node)
  ) {
    node = node.expression;
  }
  return node;
}

function inside(ref: ModuleRef | undefined, name: string): ModuleRef | undefined {
  if (ref === undefined || name === 'default') return ref;
  if (name === 'promises' && ref.path.length === 0 && ref.module === 'fs') return moduleRef('fs/promises');
  return { module: ref.module, path: [...ref.path, name] };
}

const moduleRef = (specifier: string): ModuleRef => ({ module: bareModule(specifier), path: [] });

const globals = new Set(['JSON', 'Atomics', 'structuredClone', 'console', 'Buffer']);

const globalRef = (node: ts.Identifier): ModuleRef | undefined =>
  globals.has(node.text) ? { module: '(global)', path: [node.text] } : undefined;

/** The module a `require('…')` or `process.getBuiltinModule('…')` call loads. */
function requiredModule(model: SourceModel, call: ts.CallExpression): ModuleRef | undefined {
  const [specifier] = call.arguments;
  if (specifier === undefined || !ts.isStringLiteralLike(specifier) || call.arguments.length !== 1)
    return undefined;
  const callee = call.expression;
  const isBuiltinGetter =
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 'getBuiltinModule' &&
    callee.expression.getText() === 'process';
  if (isBuiltinGetter || isRequire(model, callee)) return moduleRef(specifier.text);
  return undefined;
}

function importedModule(expression: ts.Expression): ModuleRef | undefined {
  if (!ts.isCallExpression(expression) || expression.expression.kind !== ts.SyntaxKind.ImportKeyword)
    return undefined;
  const [specifier] = expression.arguments;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? moduleRef(specifier.text) : undefined;
}

/** Whether an expression is Node's own `require`, or one made by `createRequire`. */
export function isRequire(model: SourceModel, callee: ts.Expression): boolean {
  if (!ts.isIdentifier(callee)) return false;
  const symbol = symbolOf(model, callee);
  if (symbol === undefined) return callee.text === 'require';
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  const made = declaration.initializer;
  return (
    made !== undefined && ts.isCallExpression(made) && made.expression.getText().endsWith('createRequire')
  );
}

/** What a declared name stands for, when it is an import, a require or a constant alias of one. */
export function refOfSymbol(model: SourceModel, symbol: ts.Symbol, depth = 0): ModuleRef | undefined {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined || symbol.declarations?.length !== 1) return undefined;
  if (
    ts.isImportSpecifier(declaration) ||
    ts.isImportClause(declaration) ||
    ts.isNamespaceImport(declaration)
  ) {
    return refOfImport(declaration);
  }
  if (ts.isImportEqualsDeclaration(declaration)) return refOfImportEquals(declaration);
  if (ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration)) {
    return isConstant(model, declaration) ? refOfVariable(model, declaration, depth) : undefined;
  }
  return undefined;
}

function refOfImport(node: ts.ImportSpecifier | ts.ImportClause | ts.NamespaceImport): ModuleRef | undefined {
  const declaration = ts.findAncestor(node, ts.isImportDeclaration);
  if (declaration === undefined || !ts.isStringLiteral(declaration.moduleSpecifier)) return undefined;
  const module = moduleRef(declaration.moduleSpecifier.text);
  return ts.isImportSpecifier(node) ? inside(module, (node.propertyName ?? node.name).text) : module;
}

function refOfImportEquals(node: ts.ImportEqualsDeclaration): ModuleRef | undefined {
  const reference = node.moduleReference;
  if (!ts.isExternalModuleReference(reference) || !ts.isStringLiteral(reference.expression)) return undefined;
  return moduleRef(reference.expression.text);
}

function refOfVariable(
  model: SourceModel,
  declaration: ts.VariableDeclaration | ts.BindingElement,
  depth: number,
): ModuleRef | undefined {
  if (ts.isVariableDeclaration(declaration)) {
    return declaration.initializer && moduleRefOf(model, declaration.initializer, depth + 1);
  }
  if (declaration.dotDotDotToken !== undefined || !ts.isObjectBindingPattern(declaration.parent))
    return undefined;
  const holder = declaration.parent.parent;
  const key = declaration.propertyName ?? declaration.name;
  if (!ts.isIdentifier(key) || ts.isParameter(holder) || declaration.initializer !== undefined)
    return undefined;
  return inside(refOfVariable(model, holder, depth + 1), key.text);
}

/** A `const`, or a `let`/`var` that nothing in the file assigns again. */
export function isConstant(
  model: SourceModel,
  declaration: ts.VariableDeclaration | ts.BindingElement,
): boolean {
  const list = ts.findAncestor(declaration, ts.isVariableDeclarationList);
  if (list === undefined) return false;
  if ((list.flags & ts.NodeFlags.Const) !== 0) return true;
  if (!ts.isIdentifier(declaration.name)) return true;
  const symbol = model.checker.getSymbolAtLocation(declaration.name);
  return symbol !== undefined && !isAssigned(model, symbol);
}

/** Whether a variable is written anywhere after its declaration. */
export function isAssigned(model: SourceModel, symbol: ts.Symbol): boolean {
  const known = assigned.get(symbol);
  if (known !== undefined) return known;
  const found = (identifiersOf(model.file).get(symbol.name) ?? []).some(
    (node) => isWrite(node) && symbolOf(model, node)?.declarations?.[0] === symbol.declarations?.[0],
  );
  assigned.set(symbol, found);
  return found;
}

/** Answers of `isAssigned`: asked for each call of a file. */
const assigned = new WeakMap<ts.Symbol, boolean>();

/** Whether an identifier stands where a value is written to it: assignment, increment, loop head, pattern. */
export function isWrite(node: ts.Identifier): boolean {
  let child: ts.Node = node;
  let parent: ts.Node = node.parent;
  while (
    ts.isParenthesizedExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isObjectLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isShorthandPropertyAssignment(parent) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === child)
  ) {
    child = parent;
    parent = parent.parent;
  }
  if (ts.isBinaryExpression(parent))
    return parent.left === child && isAssignmentOperator(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    return (
      parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken
    );
  }
  return (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) && parent.initializer === child;
}

/** `=`, `+=` and all their kin. */
export const isAssignmentOperator = (kind: ts.SyntaxKind): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
