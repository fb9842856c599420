import ts from 'typescript';
import { blockingCallOf } from '../../../code/catalog/findBlockingCalls.ts';
import { contains } from '../../../code/scopes.ts';
import { skipOuter } from '../../../code/bindings.ts';
import { firstOutsideWrite } from '../../../code/effects.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import type { PlainFunction } from '../asyncFunction.ts';

/** Blocking calls that leave nothing behind, so that it does not matter which of several ends first. */
const withoutTrace =
  /^(read\w*|stat|lstat|exists|access|realpath|readlink|pbkdf2|scrypt|hkdf|randomBytes|randomInt|generateKey\w*|sign|verify|\w*(gzip|deflate|inflate|gunzip|unzip|brotliCompress|brotliDecompress)\w*)(Sync)?$/i;

/** Functions and methods that only compute. */
const computes =
  /^(parse|stringify|join|resolve|basename|dirname|extname|relative|normalize|split|trim\w*|slice|sub(string|array|str)|at|toString|toFixed|toUpperCase|toLowerCase|padStart|padEnd|repeat|replace|replaceAll|match|matchAll|includes|startsWith|endsWith|indexOf|concat|map|filter|reduce|some|every|find|flat|flatMap|keys|values|entries|fromEntries|from|of|isArray|charCodeAt|localeCompare|digest|isFile|isDirectory|isSymbolicLink|isFIFO|isSocket|isBlockDevice|isCharacterDevice|Number|String|Boolean|parseInt|parseFloat|encodeURIComponent|decodeURIComponent)$/;

/**
 * The first thing that a callback does, by itself or through the functions that wait with it, whose effect depends on
 * when it happens: a change of something outside, or a call that is not known to have none. Null when it may run in any
 * order.
 */
export function orderMatters(
  model: SourceModel,
  callback: PlainFunction,
  waiting: ReadonlySet<ts.Node>,
): ts.Node | null {
  for (const fn of [callback, ...waiting]) {
    const isOutside = (symbol: ts.Symbol): boolean =>
      (symbol.declarations ?? []).every((each) => !contains(fn, each));
    const write = firstOutsideWrite(model, fn, isOutside);
    if (write !== null) return write;
    const call = firstUnknownCall(model, fn, waiting);
    if (call !== undefined) return call;
  }
  return null;
}

function firstUnknownCall(
  model: SourceModel,
  root: ts.Node,
  waiting: ReadonlySet<ts.Node>,
): ts.CallExpression | undefined {
  const visit = (node: ts.Node): ts.CallExpression | undefined =>
    ts.isCallExpression(node) && !isHarmless(model, node, waiting) ? node : ts.forEachChild(node, visit);
  return ts.forEachChild(root, visit);
}

function isHarmless(model: SourceModel, call: ts.CallExpression, waiting: ReadonlySet<ts.Node>): boolean {
  const callee = skipOuter(call.expression);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  const blocking = blockingCallOf(model, call);
  if (blocking !== undefined && blocking.api.kind !== 'wait')
    return withoutTrace.test(name) || callee.getText().startsWith('JSON.');
  const declaration = model.checker.getResolvedSignature(call)?.declaration;
  if (declaration === undefined) return computes.test(name);
  return waiting.has(declaration) || onlyComputes(model, declaration, new Set([...waiting, declaration]));
}

/** Whether a function of the project leaves nothing behind, by itself and through what it calls. */
function onlyComputes(model: SourceModel, fn: ts.Node, known: ReadonlySet<ts.Node>): boolean {
  const isOutside = (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).every((each) => !contains(fn, each));
  return firstOutsideWrite(model, fn, isOutside) === null && firstUnknownCall(model, fn, known) === undefined;
}
