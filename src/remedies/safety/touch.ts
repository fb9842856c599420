import ts from 'typescript';
import { contains, enclosingFunction } from '../../code/scopes.ts';
import { isAssignmentOperator, isWrite } from '../../code/bindings.ts';
import { isMutator } from '../../code/effects.ts';
import { referencesTo } from '../../code/sourceModel.ts';
import { requireOf } from '../../code/origin/knownCalls.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** One use of something that other code can reach too, in the order of the text. */
export interface Touch {
  /** What is used, the same for all uses of it in a file; parts are behind dots. */
  readonly key: string;
  /** The same as the source has it. */
  readonly name: string;
  readonly kind: 'read' | 'write' | 'call';
  /** Whose it is: anybody's, the caller's (a parameter), or the whole process's. */
  readonly owner: 'shared' | 'parameter' | 'process';
  /** Offset at which it happens: of the call of a helper that does it, too. */
  readonly at: number;
  /** Where its old value is read first, when it is changed from that: `n += …`, `n ??= …`. */
  readonly readAt: number | null;
  readonly node: ts.Node;
  /** What is used, with the properties behind it, also where a helper does it. */
  readonly chain?: ts.Expression;
  /** It may be an object of the function's own: only changes of it count. */
  readonly isGuess?: boolean;
}

/** The key of what a declaration declares. */
export const rootKey = (symbol: ts.Symbol, declaration: ts.Declaration): string =>
  `${symbol.name}@${String(declaration.pos)}`;

/** A name that stands for nothing by itself: of a property, a declaration, a type. */
export function isJustName(node: ts.Identifier | ts.ThisExpression): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  return ts.isTypeNode(parent) || (parent as ts.NamedDeclaration).name === node;
}

/** The touch that the use of a name is, with the properties behind it. */
export function touchOf(root: ts.Expression, start: string, owner: Touch['owner']): Touch {
  let node = root;
  let key = start;
  for (;;) {
    const { parent } = node;
    if (ts.isNonNullExpression(parent)) node = parent;
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node && !isCalled(parent)) {
      node = parent;
      key += `.${parent.name.text}`;
    } else break;
  }
  const { parent } = node;
  const method = ts.isPropertyAccessExpression(parent) && isCalled(parent) ? parent : null;
  const target = ts.isElementAccessExpression(parent) && parent.expression === node ? parent : node;
  const kind = isWritten(target) || (method !== null && isMutator(method.name.text)) ? 'write' : 'read';
  const isCall = method !== null || isCalled(node);
  const call = isCall ? (method ?? node).parent : target.parent;
  const at = kind === 'write' || isCall ? call.end : node.getStart();
  return {
    key,
    name: node.getText(),
    kind: isCall && kind === 'read' ? 'call' : kind,
    owner,
    at,
    readAt: isUpdate(target.parent) ? target.getStart() : null,
    node,
    chain: node,
  };
}

const isUpdate = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) &&
  isAssignmentOperator(node.operatorToken.kind) &&
  node.operatorToken.kind !== ts.SyntaxKind.EqualsToken;

/** Whether an expression is what a call calls. */
export const isCalled = (node: ts.Node): boolean =>
  (ts.isCallExpression(node.parent) || ts.isNewExpression(node.parent)) && node.parent.expression === node;

/** Whether an expression stands where it is changed. */
export function isWritten(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isIdentifier(node) && isWrite(node)) return true;
  if (ts.isBinaryExpression(parent))
    return parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
  const isStep =
    (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) &&
    (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken);
  return isStep || ts.isDeleteExpression(parent) || isChangedByObject(node);
}

/** `Object.assign(x, …)` and its kin change their first argument. */
const isChangedByObject = (node: ts.Expression): boolean =>
  ts.isCallExpression(node.parent) &&
  node.parent.arguments[0] === node &&
  /^(Object\.(assign|define\w+|setPrototypeOf|freeze|seal)|Reflect\.\w+)$/.test(
    node.parent.expression.getText(),
  );

/** Whether a name is imported or required. */
export const isImportOf = (declaration: ts.Declaration): boolean =>
  ts.findAncestor(declaration, ts.isImportDeclaration) !== undefined || requireOf(declaration) !== null;

/** A local variable that a callback changes, which can now happen during the wait. */
export function isSharedLocal(
  model: SourceModel,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
  fn: ts.Node,
): boolean {
  if (!ts.isVariableDeclaration(declaration)) return false;
  const inner = referencesTo(model, symbol).filter((each) => {
    const around = enclosingFunction(each);
    return around !== null && around !== fn && contains(fn, around) && !runsAtOnce(around);
  });
  return inner.some((name) => touchOf(name, '', 'shared').kind === 'write');
}

/** Callbacks of array methods and functions called where they stand. */
export const runsAtOnce = (fn: ts.Node): boolean => {
  const { parent } = fn;
  if (!ts.isCallExpression(parent)) return ts.isParenthesizedExpression(parent);
  return (
    ts.isPropertyAccessExpression(parent.expression) &&
    /^(map|forEach|filter|reduce|reduceRight|some|every|flatMap|find|findIndex|findLast|findLastIndex|sort|toSorted|replace|replaceAll|from)$/.test(
      parent.expression.name.text,
    )
  );
};

/** Objects of one request or event, which nobody else changes. */
export const perRequest = /^_?(req|request|res|response|reply|ctx|context|c|next|done|event)$/;
