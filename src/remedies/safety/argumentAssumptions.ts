import ts from 'typescript';
import type { BlockingCall } from '../../code/catalog/findBlockingCalls.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { optionValue, optionsAt } from '../async/callOptions.ts';
import { kindOf } from './argumentKinds.ts';

/** Functions that take a file descriptor in the place of a path, which the promise forms do not. */
const takesDescriptor = /^(readFile|writeFile|appendFile|readJson|outputFile|truncate)Sync$/;

/** Functions with options that may hold a function, which does not cross to a worker. */
const takesCallbackOption = /^(cpSync|globSync|readdirSync|copySync)$/;

/** The argument of a call that is certainly a file descriptor, or null. */
export function descriptorOf(model: SourceModel, { call, api }: BlockingCall): ts.Expression | null {
  const [path] = call.arguments;
  if (path === undefined || !takesDescriptor.test(api.export)) return null;
  const kinds = kindOf(model, path);
  return kinds.length > 0 && kinds.every((kind) => kind === 'number') ? path : null;
}

/** Arguments that the asynchronous form treats in another way when they are of an unusual kind. */
export function twinArgumentAssumptions(model: SourceModel, blocking: BlockingCall): readonly Assumption[] {
  const { call, api } = blocking;
  const [first] = call.arguments;
  if (first === undefined) return [];
  const kinds = kindOf(model, first);
  const text = first.getText(model.file);
  if (
    takesDescriptor.test(api.export) &&
    (kinds.includes('number') || (kinds.includes('unknown') && hasDescriptors(model)))
  )
    return [assumptionAt(model, first, 'argument-differs', `${text} (a path, not a file descriptor)`)];
  // Compression of nothing throws at once in the blocking form, and gives something in the other one.
  if (api.module === 'zlib' && kinds.some((kind) => kind === 'unknown' || kind === 'empty'))
    return [assumptionAt(model, first, 'argument-differs', `${text} (data, not null or undefined)`)];
  return [];
}

/** Whether a file works with file descriptors, or passes numbers where paths stand. */
const hasDescriptors = ({ text }: SourceModel): boolean =>
  /\bopenSync\b|\bfs\.open\b|\.fd\b|\bfd\b|\(\s*0\s*[,)]|\?\?\s*0\b|\|\|\s*0\b/.test(text);

/** What copying to a worker and back loses of the arguments and the result of a builtin function. */
export function threadAssumptions(model: SourceModel, { call, api }: BlockingCall): readonly Assumption[] {
  const found: Assumption[] = [];
  const [first] = call.arguments;
  if (
    api.module === 'fs' &&
    first !== undefined &&
    kindOf(model, first).includes('unknown') &&
    /\bnew URL\(|import\.meta\.url|pathToFileURL/.test(model.text)
  )
    found.push(
      assumptionAt(model, first, 'argument-differs', `${first.getText(model.file)} (a text, not a URL)`),
    );
  if (takesCallbackOption.test(api.export)) {
    const options = call.arguments.slice(1).find((each) => kindOf(model, each).includes('unknown'));
    if (options !== undefined)
      found.push(
        assumptionAt(
          model,
          options,
          'options-differ',
          `${options.getText(model.file)} (it must not hold a function)`,
        ),
      );
  }
  if (api.export === 'spawnSync' && mayReadError(model, call))
    found.push(assumptionAt(model, call, 'error-is-copied', 'spawnSync().error'));
  if (/^exec(File)?Sync$/.test(api.export) && !givesText(model, call))
    found.push(assumptionAt(model, call, 'error-is-copied', `The output in an error of ${api.export}()`));
  return found;
}

/** Whether the output of a child comes as text, in an error as well: bytes come back as another class. */
function givesText(model: SourceModel, call: ts.CallExpression): boolean {
  return [1, 2].some((index) => {
    const encoding = optionValue(optionsAt(model, call, index), 'encoding');
    return encoding !== undefined && ts.isStringLiteralLike(encoding) && encoding.text !== 'buffer';
  });
}

/** Whether the `error` of a result is read, or who reads it cannot be told. */
function mayReadError(model: SourceModel, call: ts.CallExpression): boolean {
  const { parent } = call;
  if (ts.isPropertyAccessExpression(parent)) return parent.name.text === 'error';
  if (ts.isExpressionStatement(parent)) return false;
  if (!ts.isVariableDeclaration(parent)) return true;
  if (ts.isObjectBindingPattern(parent.name)) return parent.name.getText().includes('error');
  if (!ts.isIdentifier(parent.name)) return true;
  const symbol = model.checker.getSymbolAtLocation(parent.name);
  let reads = false;
  const visit = (node: ts.Node): void => {
    const isUse = ts.isIdentifier(node) && node !== parent.name && symbolOf(model, node) === symbol;
    if (isUse && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name.text !== 'error'))
      reads = true;
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return reads;
}
