import { pack, type Packing, type PackOptions } from './bufferCodec.ts';
import { describe, findUnclonable, isCloneFailure, isTooDeep } from './cloneCheck.ts';
import { DataCloneError } from './errors.ts';

/** As {@link pack}. @throws DataCloneError that names the argument at fault */
export function packOrExplain(args: readonly unknown[], options: PackOptions): Packing | undefined {
  try {
    return pack(args, options);
  } catch (error) {
    throw explainClone(error, args, undefined);
  }
}

/** Names the argument that cannot be cloned; the error itself when it has another reason. */
export function explainClone(error: unknown, args: readonly unknown[], context: unknown): unknown {
  if (isTooDeep(error)) return tooDeep('arguments', error);
  if (!isCloneFailure(error)) return error;
  const culprit = findUnclonable(args, 'arguments') ?? findUnclonable(context, 'context');
  if (culprit === undefined) return error;
  return new DataCloneError(
    culprit.path,
    `${culprit.path} cannot be sent to a worker: ${describe(culprit.value)}. Pass plain data, and create functions and handles inside the task`,
    { cause: error },
  );
}

// No serializer gets to the bottom of it.
function tooDeep(path: string, cause: unknown): DataCloneError {
  return new DataCloneError(path, `${path} cannot be sent: nested too deeply. Pass a flat list`, { cause });
}
