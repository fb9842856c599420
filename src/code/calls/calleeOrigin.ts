import ts from 'typescript';
import { calleeOf, type CallNode } from './callsIn.ts';
import { isFunctionNode } from './functionAt.ts';
import { perNode } from './perNode.ts';

/**
 * Where what is called comes from, as the text of its file alone tells: a parameter (`next`, `done`, `resolve`), an import, or
 * a function of the file. `template` in `const template = pug.compile(text)` comes from `pug`.
 */
export type CalleeOrigin =
  | { readonly kind: 'parameter' }
  | { readonly kind: 'module'; readonly specifier: string }
  | { readonly kind: 'own' };

const deepest = 12;

/** What a name was declared as, in the nearest scope that declares it. */
type Declared = ts.ParameterDeclaration | ts.VariableDeclaration | ts.Declaration;

function addNames(names: Map<string, Declared>, name: ts.BindingName, declared: Declared): void {
  if (ts.isIdentifier(name)) {
    if (!names.has(name.text)) names.set(name.text, declared);
    return;
  }
  for (const element of name.elements)
    if (ts.isBindingElement(element)) addNames(names, element.name, declared);
}

function addStatement(names: Map<string, Declared>, statement: ts.Node): void {
  if (ts.isVariableStatement(statement))
    for (const each of statement.declarationList.declarations) addNames(names, each.name, each);
  if (ts.isImportDeclaration(statement)) {
    const { importClause: clause } = statement;
    const bindings = clause?.namedBindings;
    if (clause?.name !== undefined) addNames(names, clause.name, clause);
    if (bindings !== undefined && ts.isNamespaceImport(bindings)) addNames(names, bindings.name, bindings);
    if (bindings !== undefined && ts.isNamedImports(bindings))
      for (const each of bindings.elements) addNames(names, each.name, each);
  }
  if (ts.isImportEqualsDeclaration(statement)) addNames(names, statement.name, statement);
  const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  if (isNamed && statement.name !== undefined) addNames(names, statement.name, statement);
}

/** What a node of the tree declares for the code inside of it. */
const namesDeclaredBy = perNode((node: ts.Node): ReadonlyMap<string, Declared> => {
  const names = new Map<string, Declared>();
  if (isFunctionNode(node)) for (const each of node.parameters) addNames(names, each.name, each);
  if (ts.isSourceFile(node) || ts.isBlock(node) || ts.isModuleBlock(node))
    for (const each of node.statements) addStatement(names, each);
  if (ts.isCaseBlock(node))
    for (const clause of node.clauses) for (const each of clause.statements) addStatement(names, each);
  if (ts.isForStatement(node) || ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    const head = node.initializer;
    if (head !== undefined && ts.isVariableDeclarationList(head))
      for (const each of head.declarations) addNames(names, each.name, each);
  }
  return names;
});

function declarationOf(name: ts.Identifier): Declared | undefined {
  for (let at: ts.Node = name.parent; ; at = at.parent) {
    const declared = namesDeclaredBy(at).get(name.text);
    if (declared !== undefined || ts.isSourceFile(at)) return declared;
  }
}

function unwrapped(node: ts.Expression): ts.Expression {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isAwaitExpression(node)
  )
    return unwrapped(node.expression);
  // `(0, lib.f)(x)` is how compilers call an import.
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken)
    return unwrapped(node.right);
  return node;
}

/** Helpers of compilers around `require`: `__importDefault(require('fs'))`, `_interopRequireDefault`, `__toESM`. */
const interop = /^_{1,2}(?:import|interop|toESM)/;

function specifierOf(call: ts.CallExpression): string | null {
  const [first] = call.arguments;
  const isLoad =
    call.expression.kind === ts.SyntaxKind.ImportKeyword || call.expression.getText() === 'require';
  return isLoad && first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
}

function importedFrom(declared: ts.Node): string | null {
  const statement = ts.findAncestor(declared, ts.isImportDeclaration);
  if (statement !== undefined && ts.isStringLiteral(statement.moduleSpecifier))
    return statement.moduleSpecifier.text;
  if (!ts.isImportEqualsDeclaration(declared) || !ts.isExternalModuleReference(declared.moduleReference))
    return null;
  const { expression } = declared.moduleReference;
  return ts.isStringLiteralLike(expression) ? expression.text : null;
}

function originOfName(name: ts.Identifier, depth: number): CalleeOrigin | null {
  const declared = declarationOf(name);
  if (declared === undefined) return null;
  if (ts.isParameter(declared)) return { kind: 'parameter' };
  const specifier = importedFrom(declared);
  if (specifier !== null) return { kind: 'module', specifier };
  if (!ts.isVariableDeclaration(declared)) return { kind: 'own' };
  return declared.initializer === undefined ? null : originOf(declared.initializer, depth + 1);
}

function originOf(expression: ts.Expression, depth: number): CalleeOrigin | null {
  const node = unwrapped(expression);
  if (depth > deepest) return null;
  if (ts.isIdentifier(node)) return originOfName(node, depth);
  if (isFunctionNode(node)) return { kind: 'own' };
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isNewExpression(node))
    return originOf(node.expression, depth + 1);
  if (!ts.isCallExpression(node)) return null;
  const specifier = specifierOf(node);
  if (specifier !== null) return { kind: 'module', specifier };
  const [wrapped] = node.arguments;
  return interop.test(node.expression.getText()) && wrapped !== undefined
    ? originOf(wrapped, depth + 1)
    : originOf(node.expression, depth + 1);
}

/** Where the function that a call enters comes from; null where the text does not tell. */
export const calleeOrigin = perNode((call: CallNode): CalleeOrigin | null => originOf(calleeOf(call), 0));

/**
 * Whether a call goes on with something that was handed in from outside: `next()`, `done()`, `resolve(value)`, any
 * parameter called as a function. What it leads to is decided by whoever handed it in.
 */
export function isContinuation(call: CallNode): boolean {
  const callee = unwrapped(calleeOf(call));
  return ts.isIdentifier(callee) && calleeOrigin(call)?.kind === 'parameter';
}

/** The package of an import; null for relative paths. `node:fs` and `fs` are the same. */
export function packageOfSpecifier(specifier: string): string | null {
  if (/^[./]|^file:/.test(specifier)) return null;
  const [scope = '', name = ''] = specifier.replace(/^node:/, '').split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
