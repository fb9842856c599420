import ts from 'typescript';
import { skipOuter } from '../../../code/bindings.ts';
import { freeName, takenNames } from '../../../code/names.ts';
import type { TextEdit } from '../../plan.ts';
import { referencesTo, symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/** `list.forEach(fn)` that can be a loop: the call, and the edits that make it one. */
export interface ForEachLoop {
  readonly call: ts.CallExpression;
  readonly receiver: ts.Expression;
  /** Whether the receiver certainly is an array that stays as long as it is. */
  readonly isArray: boolean;
  /** What stands in front of the array in the head of the loop. */
  readonly open: string;
  readonly edits: readonly TextEdit[];
}

/** The loop that a callback of `forEach` can become: a statement of its own, with a body that nothing returns a value from. */
export function forEachLoopOf(model: SourceModel, fn: ts.Node): ForEachLoop | null {
  const call = fn.parent;
  if (!(ts.isArrowFunction(fn) || ts.isFunctionExpression(fn)) || !ts.isCallExpression(call)) return null;
  const { expression: callee, arguments: given, parent } = call;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'forEach' || given.length !== 1)
    return null;
  if (!ts.isExpressionStatement(parent)) return null;
  if (call.questionDotToken !== undefined || callee.questionDotToken !== undefined) return null;
  const receiver = skipOuter(callee.expression);
  if (!isFitting(fn) || changesReceiver(model, receiver, fn)) return null;
  const head = headOf(fn);
  if (head === null) return null;
  const at = (start: number, end: number, text: string): TextEdit => ({ path: model.path, start, end, text });
  return {
    call,
    receiver,
    isArray: isArray(model, receiver),
    open: head.open,
    edits: [
      at(callee.expression.end, fn.body.getStart(model.file), head.close),
      ...returnsOf(fn.body).map((each) =>
        at(each.getStart(model.file), each.end, each.getText(model.file).replace('return', 'continue')),
      ),
      at(fn.body.end, parent.end, ts.isBlock(fn.body) ? '' : ';'),
    ],
  };
}

/** `list.forEach(load)` as `for (const each of list) await load(each)`, for a function that has a name and looks at one element only. */
export function namedLoopOf(
  model: SourceModel,
  call: ts.CallExpression,
  name: ts.Expression,
  fn: ts.SignatureDeclaration,
): ForEachLoop | null {
  const { expression: callee, arguments: given, parent } = call;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'forEach' || given.length !== 1)
    return null;
  if (!ts.isExpressionStatement(parent) || ts.isOptionalChain(call) || !ts.isIdentifier(name)) return null;
  const [first, second] = fn.parameters;
  if (second !== undefined || first?.dotDotDotToken !== undefined || /\barguments\b/.test(fn.getText()))
    return null;
  const each = freeName(takenNames(model), ['each', 'element']);
  const semicolon = model.text[parent.end - 1] === ';' ? ';' : '';
  const tail = `) await ${name.text}(${each})${semicolon}`;
  return {
    call,
    receiver: skipOuter(callee.expression),
    isArray: false,
    open: `for (const ${each} of `,
    edits: [{ path: model.path, start: callee.expression.end, end: parent.end, text: tail }],
  };
}

/** `for (const [i, each] of list.entries()) ` without the list; null for parameters that a loop head cannot have. */
function headOf(
  fn: ts.ArrowFunction | ts.FunctionExpression,
): { readonly open: string; readonly close: string } | null {
  const names = fn.parameters.map(({ name, initializer, dotDotDotToken }) =>
    initializer === undefined && dotDotDotToken === undefined ? name.getText() : null,
  );
  const [each, index] = names;
  if (names.includes(null) || names.length > 2 || each === undefined || each === null) return null;
  return index === undefined || index === null
    ? { open: `for (const ${each} of `, close: ') ' }
    : { open: `for (const [${index}, ${each}] of `, close: '.entries()) ' };
}

/** No `this` or `arguments` of its own, no parameter that is assigned, and every `return` without a value and outside of inner loops. */
function isFitting(fn: ts.ArrowFunction | ts.FunctionExpression): boolean {
  const names = new Set(fn.parameters.map(({ name }) => name.getText()));
  const visit = (node: ts.Node): boolean => {
    if (ts.isReturnStatement(node) && ownerOf(node) === fn)
      return node.expression !== undefined || isInLoop(node, fn);
    if (ts.isIdentifier(node) && node.text === 'arguments') return true;
    if (node.kind === ts.SyntaxKind.ThisKeyword && ts.isFunctionExpression(fn)) return true;
    if (
      ts.isBinaryExpression(node) &&
      names.has(node.left.getText()) &&
      /^[^=!<>]*=$/.test(node.operatorToken.getText())
    )
      return true;
    return ts.forEachChild(node, visit) ?? false;
  };
  return !visit(fn.body);
}

const ownerOf = (node: ts.Node): ts.Node | undefined => ts.findAncestor(node, ts.isFunctionLike);

const isInLoop = (node: ts.Node, fn: ts.Node): boolean => {
  const around = ts.findAncestor(
    node,
    (each) => each === fn || ts.isIterationStatement(each, false) || ts.isSwitchStatement(each),
  );
  return around !== fn;
};

function returnsOf(body: ts.Node): readonly ts.ReturnStatement[] {
  const found: ts.ReturnStatement[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node)) found.push(node);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** `forEach` looks at the length once, a loop in each round. */
function changesReceiver(model: SourceModel, receiver: ts.Expression, fn: ts.Node): boolean {
  if (!ts.isIdentifier(receiver)) return false;
  const symbol = symbolOf(model, receiver);
  const uses = symbol === undefined ? [] : referencesTo(model, symbol);
  return uses.some((each) => fn.pos <= each.pos && each.end <= fn.end);
}

const arrayMakers =
  /^(map|filter|slice|concat|flat|flatMap|split|sort|reverse|toSorted|toReversed|keys|values|entries|from|of|readdirSync|matchAll)$/;

function isArray(model: SourceModel, expression: ts.Expression, depth = 0): boolean {
  const node = skipOuter(expression);
  if (ts.isArrayLiteralExpression(node)) return !node.elements.some(ts.isOmittedExpression);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression: holder } = node.expression;
    if (/^(keys|values|entries|from|of)$/.test(name.text)) return /^(Object|Array)$/.test(holder.getText());
    return arrayMakers.test(name.text) && (name.text !== 'concat' || isArray(model, holder, depth + 1));
  }
  if (!ts.isIdentifier(node) || depth > 4) return false;
  const declaration = symbolOf(model, node)?.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.isParameter(declaration)) {
    const type = declaration.type?.getText() ?? '';
    return (
      declaration.dotDotDotToken !== undefined || /^(readonly )?[\w.]+\[\]$|^(Readonly)?Array</.test(type)
    );
  }
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return false;
  return (
    (declaration.parent.flags & ts.NodeFlags.Const) !== 0 &&
    isArray(model, declaration.initializer, depth + 1)
  );
}
