import ts from 'typescript';
import type { BlockingApi, Twin } from '../../code/catalog/catalog.ts';
import type { BlockingCall } from '../../code/catalog/findBlockingCalls.ts';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { optionValue, optionsAt } from './callOptions.ts';
import { childProcessRecipe } from './childProcessTwin.ts';
import { descriptorOf } from '../safety/argumentAssumptions.ts';
import { assumptionAt, type Assumption } from '../assumption.ts';
import type { Refusal } from '../plan.ts';
import { refuse } from '../refuse.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { dropIn } from './recipe.ts';
import type { TwinRecipe } from './recipe.ts';

const special: Readonly<Record<string, TwinRecipe>> = {
  'fs|existsSync': { ...dropIn('fs/promises', 'access', 'promise'), tail: '.then(() => true, () => false)' },
  'fs|openSync': dropIn('fs', 'open', 'promisify'),
  'fs|readSync': { ...dropIn('fs', 'read', 'promisify'), pick: '.bytesRead' },
  'fs|readvSync': { ...dropIn('fs', 'readv', 'promisify'), pick: '.bytesRead' },
  'fs|writeSync': { ...dropIn('fs', 'write', 'promisify'), pick: '.bytesWritten' },
  'fs|writevSync': { ...dropIn('fs', 'writev', 'promisify'), pick: '.bytesWritten' },
  'fs|globSync': { ...dropIn('fs/promises', 'glob', 'promise'), lead: 'Array.fromAsync(', tail: ')' },
};

/** Twins that answer in another shape, by callback only, or not at all on supported Node versions. */
const noDropIn = new Set([
  'fs|mkdtempDisposableSync',
  'crypto|hash',
  'crypto|diffieHellman (no callback)',
  'fs|Dir.prototype.readSync',
  'fs|Dir.prototype.closeSync',
]);

/** Packages whose promise form takes the same arguments and gives the same answer, off the loop. */
const faithfulPackages = new Set(
  'bcrypt @node-rs/bcrypt @node-rs/argon2 snappy fast-glob glob tinyglobby globby rimraf mkdirp del fs-extra graceful-fs jsonfile load-json-file write-file-atomic find-up which isexe esbuild protobufjs'.split(
    ' ',
  ),
);

const builtins = new Set(['fs', 'crypto', 'zlib', 'dns', 'child_process']);

/** Decides how a blocking call is written with its non-blocking twin, or why that would not be the same. */
export function twinRecipe(model: SourceModel, blocking: BlockingCall): Result<TwinRecipe, Refusal> {
  const { call, api } = blocking;
  const key = `${api.module}|${api.export}`;
  if (api.module === 'child_process') return childProcessRecipe(model, call, api);
  if (api.module === 'dns')
    return refuse(model, call, 'not-blocking', `${api.export}() does not block the loop.`);
  const statRefusal =
    api.export === 'statSync' || api.export === 'lstatSync' ? checkStat(model, call, api) : null;
  if (statRefusal !== null) return statRefusal;
  const descriptor = descriptorOf(model, blocking);
  if (descriptor !== null) {
    const message = `${descriptor.getText(model.file)} is a file descriptor, which the promise version of ${api.export} does not accept.`;
    return refuse(model, descriptor, 'option-not-supported', message);
  }
  const known = special[key];
  if (known !== undefined) return ok(known);
  const { twin } = api;
  if (twin === null || noDropIn.has(key)) return refuse(model, call, 'no-async-twin', noTwinMessage(api));
  if (!builtins.has(api.module) && !faithfulPackages.has(api.module))
    return unfaithful(model, call, api, twin);
  return twin.form === 'callback'
    ? refuse(model, call, 'no-async-twin', noTwinMessage(api))
    : ok({ ...dropIn(twin.module, twin.export, twin.form), assumptions: differencesOf(model, call, key) });
}

/** The streams behind the asynchronous form cut the input otherwise: measured on Node 22 and 24 at every size tried. */
const otherBytes = new Set(['zlib|zstdCompressSync']);

const differencesOf = (model: SourceModel, call: ts.CallExpression, key: string): readonly Assumption[] =>
  otherBytes.has(key) ? [assumptionAt(model, call, 'bytes-differ', call.expression.getText(model.file))] : [];

const noTwinMessage = (api: BlockingApi): string =>
  `${api.export} has no asynchronous version that gives the same result.`;

function unfaithful(
  model: SourceModel,
  call: ts.CallExpression,
  api: BlockingApi,
  twin: Twin,
): Result<never, Refusal> {
  if (api.kind !== 'cpu') return refuse(model, call, 'no-async-twin', noTwinMessage(api));
  const message = `${api.module}'s asynchronous ${twin.export}() computes on the same thread, so the loop would still block. Use a worker.`;
  return refuse(model, call, 'twin-stays-on-loop', message);
}

/** `throwIfNoEntry: false` makes the promise form reject where the blocking one returned undefined. */
function checkStat(
  model: SourceModel,
  call: ts.CallExpression,
  api: BlockingApi,
): Result<never, Refusal> | null {
  const options = optionsAt(model, call, 1);
  if (options.kind === 'unknown') {
    const message = `It is not known whether these options have throwIfNoEntry, which the promise version of ${api.export} treats differently.`;
    return refuse(model, options.node, 'options-not-known', message);
  }
  const option = optionValue(options, 'throwIfNoEntry');
  if (option === undefined || option.kind === ts.SyntaxKind.TrueKeyword) return null;
  const message =
    'With throwIfNoEntry: false, the promise version rejects for a missing file instead of returning undefined.';
  return refuse(model, option, 'option-not-supported', message);
}
