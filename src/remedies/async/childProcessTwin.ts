import ts from 'typescript';
import type { BlockingApi } from '../../code/catalog/catalog.ts';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { assumptionAt } from '../assumption.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import { optionValue, optionsAt } from './callOptions.ts';
import type { CallOptions } from './callOptions.ts';
import type { Refusal } from '../plan.ts';
import { refusalAt, refuse } from '../refuse.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import type { TwinRecipe } from './recipe.ts';

/** Options that the promise forms of exec and execFile ignore or treat differently. */
const unsupportedOptions = ['stdio', 'input', 'detached', 'argv0'];

/** Properties of the blocking form's error that the promise form's error names differently. */
const changedErrorProperties = new Set(['status', 'output', 'pid', 'error']);

/** `execSync` and `execFileSync` as their promisified kin; the rest of child_process has no drop-in. */
export function childProcessRecipe(
  model: SourceModel,
  call: ts.CallExpression,
  api: BlockingApi,
): Result<TwinRecipe, Refusal> {
  if (api.export !== 'execSync' && api.export !== 'execFileSync') {
    const message = `${api.export}() reports failure in its result, which no promise version does. Run it in a worker thread instead.`;
    return refuse(model, call, 'no-async-twin', message);
  }
  const index = optionsIndex(call, api.export);
  const options = optionsAt(model, call, index);
  const refusal = checkOptions(model, api, options) ?? checkErrorUse(model, call);
  if (refusal !== null) return err(refusal);
  return ok({
    module: 'child_process',
    export: api.export.replace('Sync', ''),
    form: 'promisify',
    lead: '',
    tail: '',
    pick: '.stdout',
    insertion: encodingInsertion(call, options, index),
    assumptions: [
      assumptionAt(model, call, 'stdin-stays-open', `${api.export.replace('Sync', '')}()`),
      assumptionAt(model, call, 'output-differs', `${api.export}()`),
      assumptionAt(model, call, 'error-differs', `${api.export}()`),
    ],
  });
}

/** `execFileSync(file, options)` is allowed as well as `execFileSync(file, args, options)`. */
function optionsIndex(call: ts.CallExpression, name: string): number {
  const second = call.arguments[1];
  return name === 'execFileSync' && !(second !== undefined && ts.isObjectLiteralExpression(second)) ? 2 : 1;
}

function checkOptions(model: SourceModel, api: BlockingApi, options: CallOptions): Refusal | null {
  if (options.kind === 'unknown' || options.kind === 'string') {
    const node = options.kind === 'unknown' ? options.node : model.file;
    const message = `These options are not known here, and the asynchronous version of ${api.export} ignores some options.`;
    return refusalAt(model, node, 'options-not-known', message);
  }
  for (const name of unsupportedOptions) {
    const value = optionValue(options, name);
    if (value === undefined) continue;
    return refusalAt(
      model,
      value,
      'option-not-supported',
      `The asynchronous version does not support \`${name}\`.`,
    );
  }
  const encoding = optionValue(options, 'encoding');
  if (encoding === undefined || ts.isStringLiteralLike(encoding)) return null;
  return refusalAt(
    model,
    encoding,
    'options-not-known',
    'It is not known whether this encoding gives text or a Buffer.',
  );
}

/** Without an encoding the blocking form gives a Buffer and the asynchronous one text. */
function encodingInsertion(
  call: ts.CallExpression,
  options: CallOptions,
  index: number,
): TwinRecipe['insertion'] {
  const given = call.arguments[index];
  if (options.kind === 'absent' && given !== undefined)
    return { at: given.getStart(), end: given.end, text: "{ encoding: 'buffer' }" };
  if (options.kind === 'absent') {
    const last = call.arguments.at(-1);
    const at = last?.getEnd() ?? call.getEnd() - 1;
    return { at, text: ", { encoding: 'buffer' }" };
  }
  if (options.kind !== 'object' || optionValue(options, 'encoding') !== undefined) return null;
  const [first] = options.node.properties;
  const brace = options.node.getStart() + 1;
  return first === undefined
    ? { at: brace, text: " encoding: 'buffer' " }
    : { at: first.getStart(), text: "encoding: 'buffer', " };
}

function checkErrorUse(model: SourceModel, call: ts.CallExpression): Refusal | null {
  const fn = enclosingFunction(call);
  for (let node: ts.Node = call; node !== fn && !ts.isSourceFile(node); node = node.parent) {
    if (!ts.isTryStatement(node) || node.catchClause === undefined || call.pos > node.tryBlock.end) continue;
    const use = propertyUse(node.catchClause.block);
    if (use === undefined) continue;
    const message = `The error's \`${use.name.text}\` is read here; the error of the asynchronous version does not have it.`;
    return refusalAt(model, use, 'error-shape-differs', message);
  }
  return null;
}

function propertyUse(node: ts.Node): ts.PropertyAccessExpression | undefined {
  if (ts.isPropertyAccessExpression(node) && changedErrorProperties.has(node.name.text)) return node;
  return ts.forEachChild(node, propertyUse);
}
