import ts from 'typescript';
import type { BlockingApi } from '../../code/catalog/catalog.ts';
import type { BlockingCall } from '../../code/catalog/findBlockingCalls.ts';
import { isConstant, skipOuter } from '../../code/bindings.ts';
import { optionValue, optionsAt } from '../async/callOptions.ts';
import type { Refusal } from '../plan.ts';
import { refusalAt } from '../refuse.ts';
import type { RefusalCode } from '../../report/refusalCode.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** Builtin modules whose functions a worker finds by identity. */
const builtins = new Set(['fs', 'crypto', 'zlib', 'child_process', 'v8', 'util', 'dns']);

/** Functions that write into an argument: a worker would write into a copy. */
const writesArgument = new Set(['randomFillSync', 'readSync', 'readvSync']);

const reasons: Readonly<Record<string, readonly [RefusalCode, string]>> = {
  'JSON.parse': [
    'result-copy-costs-more',
    'Copying the parsed result back blocks the loop for longer than parsing does: move the code that uses it, too.',
  ],
  'JSON.stringify': [
    'argument-copy-costs-more',
    'Copying the value to a worker blocks the loop for longer than JSON.stringify does.',
  ],
  structuredClone: [
    'argument-copy-costs-more',
    'A worker receives its arguments through the same copy that blocks here.',
  ],
  serialize: [
    'argument-copy-costs-more',
    'A worker receives its arguments through the same copy that blocks here.',
  ],
  deserialize: [
    'result-copy-costs-more',
    'Copying the result back blocks the loop for as long as deserialize does.',
  ],
};

/** Says why a call cannot be handed to a worker as it is; null when nothing speaks against it. */
export function checkCloneable(model: SourceModel, { call, api, ref }: BlockingCall): Refusal | null {
  const reason = reasons[ref.path.join('.')];
  if (reason !== undefined) return refusalAt(model, call, ...reason);
  if (!builtins.has(api.module)) {
    const message = `${api.module}'s ${ref.path.join('.')} cannot be imported by a worker: call it from a function in a module of its own.`;
    return refusalAt(model, call, 'function-not-importable', message);
  }
  if (writesArgument.has(ref.path.join('.'))) {
    const message = `${ref.path.join('.')} writes into its argument, and a worker would write into a copy.`;
    return refusalAt(model, call, 'argument-is-written', message);
  }
  if (ref.path.at(-1) === 'native') {
    const message = `A worker cannot import ${ref.path.join('.')}: it can only import what the module itself exports.`;
    return refusalAt(model, call, 'function-not-importable', message);
  }
  return checkResult(model, call, api) ?? checkArguments(model, call);
}

function checkResult(model: SourceModel, call: ts.CallExpression, api: BlockingApi): Refusal | null {
  const code: RefusalCode = 'result-cannot-be-cloned';
  if (api.cloneable.startsWith('no')) {
    const message = `The result of ${api.export} belongs to its thread and cannot come back from a worker.`;
    return refusalAt(model, call, 'handle-cannot-cross-threads', message);
  }
  if (api.cloneable.includes('loses prototype')) {
    const message = `The object that ${api.export} returns would lose its methods on the way back from a worker.`;
    return refusalAt(model, call, code, message);
  }
  if (api.module === 'zlib' && optionValue(optionsAt(model, call, 1), 'info') !== undefined) {
    const message = `With the option info, ${api.export} also returns its engine, which cannot come back from a worker.`;
    return refusalAt(model, call, code, message);
  }
  if (!api.cloneable.includes('Dirent')) return null;
  const options = optionsAt(model, call, 1);
  const asked = optionValue(options, 'withFileTypes');
  if (options.kind !== 'unknown' && asked === undefined) return null;
  return refusalAt(
    model,
    asked ?? call,
    code,
    'Directory entries would lose their methods on the way back from a worker.',
  );
}

/** The first argument of a call that is known not to survive structured clone, as a refusal. */
export function checkArguments(model: SourceModel, call: ts.CallExpression): Refusal | null {
  for (const argument of call.arguments) {
    const culprit = uncloneablePart(model, ts.isSpreadElement(argument) ? argument.expression : argument);
    if (culprit === null) continue;
    const message = `${shorten(culprit.node.getText(model.file))} is ${culprit.what}, which cannot be copied to a worker.`;
    return refusalAt(model, culprit.node, 'argument-cannot-be-cloned', message);
  }
  return null;
}

const shorten = (text: string): string =>
  (text.length > 40 ? `${text.slice(0, 39)}…` : text).replace(/\s+/g, ' ');

interface Culprit {
  readonly node: ts.Node;
  readonly what: string;
}

const uncloneableClasses = new Set(
  'URL URLSearchParams Headers Request Response Promise WeakMap WeakSet WeakRef Proxy Function'.split(' '),
);

const plainClasses =
  /^(Array|Object|Map|Set|Date|RegExp|Error|\w+Error|Boolean|Number|String|ArrayBuffer|SharedArrayBuffer|DataView|(Int|Uint|Float|BigInt|BigUint)\d+(Clamped)?Array)$/;

/** Whether a class is one of the language's whose instances cross to a worker as they are. */
export function isPlainClass(model: SourceModel, { expression }: ts.NewExpression): boolean {
  const isOwn = ts.isIdentifier(expression) && symbolOf(model, expression) !== undefined;
  return !isOwn && plainClasses.test(expression.getText(model.file));
}

/** The part of an expression that structured clone is known to reject, through constants of the file. */
export function uncloneablePart(model: SourceModel, expression: ts.Expression, depth = 0): Culprit | null {
  const node = skipOuter(expression);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return { node, what: 'a function' };
  if (ts.isClassExpression(node)) return { node, what: 'a class' };
  if (node.kind === ts.SyntaxKind.ThisKeyword) return { node, what: 'the receiver, an object with methods' };
  if (ts.isNewExpression(node) && uncloneableClasses.has(node.expression.getText(model.file))) {
    return { node, what: `a ${node.expression.getText(model.file)}` };
  }
  if (ts.isNewExpression(node) && !isPlainClass(model, node))
    return { node, what: `an instance of ${node.expression.getText(model.file)}` };
  if (ts.isCallExpression(node) && node.expression.getText(model.file) === 'Symbol')
    return { node, what: 'a symbol' };
  if (ts.isArrayLiteralExpression(node))
    return firstOf(node.elements, (each) => uncloneablePart(model, each, depth));
  if (ts.isObjectLiteralExpression(node))
    return firstOf(node.properties, (each) => partOfProperty(model, each, depth));
  if (ts.isCallExpression(node)) return firstOf(node.arguments, (each) => partOfMade(model, each, depth));
  return ts.isIdentifier(node) && depth < 4 ? partOfName(model, node, depth) : null;
}

/** What a callback such as that of `map` makes for each element. */
function partOfMade(model: SourceModel, callback: ts.Expression, depth: number): Culprit | null {
  const made = skipOuter(callback);
  return ts.isArrowFunction(made) && !ts.isBlock(made.body) && ts.isNewExpression(skipOuter(made.body))
    ? uncloneablePart(model, made.body, depth)
    : null;
}

function partOfProperty(
  model: SourceModel,
  node: ts.ObjectLiteralElementLike,
  depth: number,
): Culprit | null {
  if (ts.isMethodDeclaration(node)) return { node, what: 'a method' };
  if (ts.isPropertyAssignment(node)) return uncloneablePart(model, node.initializer, depth);
  if (ts.isShorthandPropertyAssignment(node)) return uncloneablePart(model, node.name, depth);
  return ts.isSpreadAssignment(node) ? uncloneablePart(model, node.expression, depth) : null;
}

function partOfName(model: SourceModel, name: ts.Identifier, depth: number): Culprit | null {
  const declaration = symbolOf(model, name)?.declarations?.[0];
  if (declaration === undefined) return null;
  if (ts.isFunctionDeclaration(declaration)) return { node: name, what: 'a function' };
  if (ts.isClassDeclaration(declaration)) return { node: name, what: 'a class' };
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const culprit = isConstant(model, declaration)
    ? uncloneablePart(model, declaration.initializer, depth + 1)
    : null;
  return culprit && { node: name, what: culprit.what };
}

function firstOf<T>(items: readonly T[], find: (item: T) => Culprit | null): Culprit | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
