import ts from 'typescript';
import { contains } from '../../code/scopes.ts';
import { isAssignmentOperator, skipOuter } from '../../code/bindings.ts';
import { isMutator } from '../../code/effects.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** One place in a function that reads or changes something which other calls of the program see too. */
export interface SharedAccess {
  /** How the thing is written: `total`, `this.count`, `state.users`. */
  readonly key: string;
  /** Offset at which the access happens: an assignment when its right side is known, a method when its arguments are. */
  readonly at: number;
  /** `update` reads and changes in one step (`n++`, `list.push(x)`); `init` sets only what is not set yet (`x ??= …`). */
  readonly kind: 'read' | 'write' | 'update' | 'init';
  /** Takes elements away, as `shift` does. */
  readonly removes: boolean;
  readonly node: ts.Node;
}

const removers = new Set('pop shift splice'.split(' '));

/** Accesses in `fn` to variables declared outside of it, to `this` and to what hangs on them, in source order. */
export function sharedAccesses(model: SourceModel, fn: ts.Node): readonly SharedAccess[] {
  const found: SharedAccess[] = [];
  const visit = (node: ts.Node): void => {
    if (isSharedRoot(model, fn, node)) found.push(accessOf(node));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(fn, visit);
  return found.sort((a, b) => a.at - b.at);
}

function isSharedRoot(model: SourceModel, fn: ts.Node, node: ts.Node): node is ts.Expression {
  if (node.kind === ts.SyntaxKind.ThisKeyword) return true;
  if (!ts.isIdentifier(node) || isJustName(node)) return false;
  const declarations = symbolOf(model, node)?.declarations ?? [];
  return declarations.length > 0 && declarations.every((each) => !contains(fn, each) && isState(each));
}

/** What can hold state of its own: functions, classes, types and what they import from packages seldom do. */
const isState = (node: ts.Declaration): boolean =>
  ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node) || isNamedImport(node);

const isNamedImport = (node: ts.Declaration): boolean => {
  if (!ts.isImportSpecifier(node)) return false;
  const specifier = node.parent.parent.parent.moduleSpecifier;
  return ts.isStringLiteral(specifier) && specifier.text.startsWith('.');
};

function isJustName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isPropertyAssignment(parent)) return parent.name === node;
  return (
    ts.isTypeNode(parent) ||
    ((parent as ts.NamedDeclaration).name === node && !ts.isShorthandPropertyAssignment(parent))
  );
}

/** `state.users` in `state.users.push(x)`: the chain without the method that is called. */
function chainFrom(root: ts.Expression): ts.Expression {
  let node = root;
  for (;;) {
    const { parent } = node;
    const isStep =
      (ts.isPropertyAccessExpression(parent) && parent.expression === node) ||
      (ts.isElementAccessExpression(parent) &&
        parent.expression === node &&
        ts.isStringLiteralLike(parent.argumentExpression)) ||
      (ts.isNonNullExpression(parent) && parent.expression === node);
    const isMethod = isStep && ts.isCallExpression(parent.parent) && parent.parent.expression === parent;
    if (!isStep || isMethod) return node;
    node = parent;
  }
}

function accessOf(root: ts.Expression): SharedAccess {
  const chain = chainFrom(root);
  const key = chain.getText().replace(/\s+/g, '');
  const at = chain.getStart();
  const { parent } = chain;
  const isElement = ts.isElementAccessExpression(parent) && parent.expression === chain;
  const target = isElement ? parent : chain; // `state[id] = x` changes `state`.
  const change = target.parent;
  if (
    ts.isBinaryExpression(change) &&
    change.left === target &&
    isAssignmentOperator(change.operatorToken.kind)
  )
    return { key, at: change.end, kind: kindOfAssignment(change, key), removes: false, node: change };
  const isStep =
    (ts.isPrefixUnaryExpression(change) || ts.isPostfixUnaryExpression(change)) &&
    (change.operator === ts.SyntaxKind.PlusPlusToken || change.operator === ts.SyntaxKind.MinusMinusToken);
  if (isStep || ts.isDeleteExpression(change))
    return { key, at, kind: 'update', removes: false, node: change };
  if (ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent)) {
    const method = parent.name.text;
    if (isMutator(method) && parent.parent.expression === parent)
      return {
        key,
        at: parent.parent.end,
        kind: 'update',
        removes: removers.has(method),
        node: parent.parent,
      };
  }
  return { key, at, kind: 'read', removes: false, node: chain };
}

function kindOfAssignment({ operatorToken, parent }: ts.BinaryExpression, key: string): SharedAccess['kind'] {
  const { kind } = operatorToken;
  if (kind === ts.SyntaxKind.QuestionQuestionEqualsToken || kind === ts.SyntaxKind.BarBarEqualsToken)
    return 'init';
  if (kind !== ts.SyntaxKind.EqualsToken) return 'update';
  const condition = ts.findAncestor(parent, ts.isIfStatement);
  const isGuarded = condition !== undefined && isUnset(skipOuter(condition.expression), key);
  return isGuarded ? 'init' : 'write';
}

/** `!cache`, `cache === undefined`, `cache == null`. */
function isUnset(test: ts.Expression, key: string): boolean {
  const text = test.getText().replace(/\s+/g, '');
  return [`!${key}`, `${key}===undefined`, `${key}===null`, `${key}==null`, `${key}==undefined`].includes(
    text,
  );
}
