import { isClonable } from '../wire/cloneCheck.ts';
import { encodeError } from '../wire/errorCodec.ts';
import { shared } from '../wire/shared.ts';
import type { RunExtra } from '../wire/wire.ts';

/** What a task is called with, as it arrived. */
export type CallExtra = Pick<RunExtra, 'chunk' | 'context'>;

/** Calls a task in the context that came with it; a chunk answers with a promise of `{ results, failed? }`. */
export function callTask(
  run: (...args: unknown[]) => unknown,
  args: readonly unknown[],
  extra: CallExtra | undefined,
): unknown {
  const call = extra?.chunk === true ? (): unknown => runChunk(run, args) : (): unknown => run(...args);
  return extra?.context === undefined ? call() : runInContext(extra.context, call);
}

/** Runs the calls of one chunk in order; the first error ends it and comes back with the results before it. */
async function runChunk(run: (...args: unknown[]) => unknown, calls: readonly unknown[]): Promise<unknown> {
  const results: unknown[] = [];
  for (const args of calls as readonly (readonly unknown[])[]) {
    try {
      results.push(await run(...args));
    } catch (error) {
      return { results, failed: { error: encodeError(error, isClonable) } };
    }
  }
  return { results };
}

function runInContext(context: NonNullable<RunExtra['context']>, call: () => unknown): unknown {
  return context.reduceRight<() => unknown>((inner, [key, data]) => {
    const known = shared.storages.get(key);
    return known === undefined ? inner : () => known.storage.run(known.deserialize(data), inner);
  }, call)();
}
