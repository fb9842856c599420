import ts from 'typescript';
import { isConstant, skipOuter } from '../../../code/bindings.ts';
import { freeName } from '../../../code/names.ts';
import { referencesTo, symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import type { Wrapping } from '../../edits/awaitEdit.ts';
import type { TextEdit } from '../../plan.ts';
import type { Wrap } from '../wraps.ts';

/**
 * How a call of an array method waits for callbacks that have become async: text before and after the whole call, and
 * changes inside of it.
 */
export interface Collecting {
  readonly open: string;
  readonly close: string;
  readonly edits: readonly TextEdit[];
  /** Text around answers of the callback. */
  readonly wraps: readonly Wrap[];
  /** Whether all callbacks start at once; otherwise one follows the other. */
  readonly atOnce: boolean;
  /** The array that is looked at again when all callbacks have ended; null where it is not. */
  readonly again: ts.Expression | null;
}

/** What is read off the list of answers, for methods that ask only that. */
const readOff: Readonly<Record<string, string>> = {
  map: '',
  flatMap: '.flat()',
  some: '.some(Boolean)',
  every: '.every(Boolean)',
  findIndex: '.findIndex(Boolean)',
  findLastIndex: '.findLastIndex(Boolean)',
};

/** The waiting form of a call of an array method that is given the callback; null where there is none. */
export function collectingOf(
  model: SourceModel,
  call: ts.CallExpression,
  callback: ts.Expression,
): Collecting | null {
  const callee = call.expression;
  if (!ts.isPropertyAccessExpression(callee) || ts.isOptionalChain(call)) return null;
  const { text: method } = callee.name;
  const all = { open: 'await Promise.all(', close: ')', edits: [], wraps: [], atOnce: true, again: null };
  if (method === 'map' || (method === 'from' && callee.expression.getText(model.file) === 'Array'))
    return all;
  if (call.arguments[0] !== callback) return null;
  const tail = readOff[method];
  const name = callee.name.getStart(model.file);
  const renamed = { path: model.path, start: name, end: callee.name.end, text: 'map' };
  const collected = { ...all, open: '(await Promise.all(', edits: method === 'map' ? [] : [renamed] };
  if (tail !== undefined) return { ...collected, close: `))${tail}` };
  if (method === 'reduce') return inSequence(model, call);
  const list = callee.expression;
  if (!isSteady(model, list)) return method === 'filter' ? inPairs(model, callback, collected) : null;
  const text = list.getText(model.file);
  if (method === 'filter') {
    const [kept, index] = [freeIn(model, 'isKept'), freeIn(model, 'index')];
    const close = `)).flatMap((${kept}, ${index}) => (${kept} ? [${text}[${index}]] : []))`;
    return { ...collected, close, again: list };
  }
  if (method !== 'find' && method !== 'findLast') return null;
  const open = `${text}[(await Promise.all(`;
  return { ...collected, open, close: `)).${method}Index(Boolean)]`, again: list };
}

/** `await list.reduce(async (pending, each) => { const sum = await pending; … }, 0)`: each round waits for the one before. */
function inSequence(model: SourceModel, call: ts.CallExpression): Collecting | null {
  const [callback, start] = call.arguments;
  const isInline =
    callback !== undefined && (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback));
  if (!isInline || start === undefined || !ts.isBlock(callback.body)) return null;
  const [sum] = callback.parameters;
  if (
    sum === undefined ||
    !ts.isIdentifier(sum.name) ||
    sum.initializer !== undefined ||
    sum.type !== undefined
  )
    return null;
  const pending = freeIn(model, 'pending');
  const at = (from: number, to: number, text: string): TextEdit => ({
    path: model.path,
    start: from,
    end: to,
    text,
  });
  const body = callback.body.getStart(model.file) + 1;
  const first = callback.body.statements[0];
  const indent = first === undefined ? ' ' : model.text.slice(body, first.getStart(model.file));
  const isAssigned = referencesOf(model, sum.name).some((each) => isWritten(each));
  const line = `${/^\s*$/.test(indent) ? indent : ' '}${isAssigned ? 'let' : 'const'} ${sum.name.text} = await ${pending};`;
  return {
    open: 'await ',
    close: '',
    wraps: [],
    edits: [at(sum.name.getStart(model.file), sum.name.end, pending), at(body, body, line)],
    atOnce: false,
    again: null,
  };
}

/** `(await Promise.all(read().map(async (each) => [each, keep(each)]))).filter(([, isKept]) => isKept).map(([each]) => each)` */
function inPairs(model: SourceModel, callback: ts.Expression, collected: Collecting): Collecting | null {
  if (!ts.isArrowFunction(callback) && !ts.isFunctionExpression(callback)) return null;
  const [each] = callback.parameters;
  const answers = answersOf(callback);
  if (each === undefined || answers === null || !ts.isIdentifier(each.name) || each.initializer !== undefined)
    return null;
  if (referencesOf(model, each.name).some(isWritten) || each.dotDotDotToken !== undefined) return null;
  const name = each.name.text;
  const kept = freeIn(model, 'isKept');
  const pair = (answer: ts.Expression): Wrap => ({
    path: model.path,
    start: answer.getStart(model.file),
    end: answer.end,
    open: `[${name}, `,
    close: ']',
  });
  const close = `)).filter(([, ${kept}]) => ${kept}).map(([${name}]) => ${name})`;
  return { ...collected, close, wraps: answers.map(pair) };
}

/** All answers of a function that certainly gives one; null where it may end without. */
function answersOf(fn: ts.ArrowFunction | ts.FunctionExpression): readonly ts.Expression[] | null {
  if (!ts.isBlock(fn.body)) return [fn.body];
  const last = fn.body.statements.at(-1);
  if (last === undefined || !ts.isReturnStatement(last)) return null;
  const found: (ts.Expression | undefined)[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node)) found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(fn.body);
  const answers = found.filter((each) => each !== undefined);
  return answers.length === found.length ? answers : null;
}

function referencesOf(model: SourceModel, name: ts.Identifier): readonly ts.Identifier[] {
  const symbol = symbolOf(model, name);
  return symbol === undefined ? [] : referencesTo(model, symbol);
}

const isWritten = ({ parent }: ts.Identifier): boolean =>
  ts.isPrefixUnaryExpression(parent) ||
  ts.isPostfixUnaryExpression(parent) ||
  (ts.isBinaryExpression(parent) && /^[^=!<>]*=$/.test(parent.operatorToken.getText()));

const freeIn = (model: SourceModel, name: string): string =>
  freeName(new Set([...model.text.matchAll(/[\w$]+/g)].map(([word]) => word)), [name]);

/** A name that always means the same list, so that it can be written twice. */
function isSteady(model: SourceModel, expression: ts.Expression): boolean {
  const node = skipOuter(expression);
  if (node !== expression || !ts.isIdentifier(node)) return false;
  const declaration = symbolOf(model, node)?.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.isParameter(declaration)) return !referencesOf(model, node).some(isWritten);
  return ts.isVariableDeclaration(declaration) && isConstant(model, declaration);
}

/** What stands around a call that waits: `await`, or the form that a method takes that waits for its callbacks. */
export function collectedIn(
  { before, after }: Wrapping,
  collecting: Collecting | null,
): Pick<Wrap, 'open' | 'close'> {
  if (collecting === null) return { open: before, close: after };
  const { open, close } = collecting;
  return open.startsWith('await ')
    ? { open: before + open.slice('await '.length), close: close + after }
    : { open: (before.startsWith(';') ? ';' : '') + open, close };
}
