import type { MessagePort } from 'node:worker_threads';
import { describe, isDetached, isMessagePort, walk } from './cloneCheck.ts';
import { DataCloneError } from './errors.ts';

/** What can be moved to a worker instead of being copied. */
export type Movable = ArrayBuffer | MessagePort;

/**
 * Looks at a transfer list before anything is sent. Node 20 sends memory that is gone without a word, and the worker
 * cannot read the message; it ends the program over a port that is gone.
 * `claimed` holds what tasks that wait elsewhere will take along.
 * @throws DataCloneError that names the argument at fault, or the entry when no argument holds it.
 */
export function checkTransfer(
  transfer: readonly unknown[],
  args: readonly unknown[],
  claimed?: WeakSet<object>,
): void {
  for (const [index, item] of transfer.entries()) {
    const why =
      whyNotMovable(item, transfer.indexOf(item) < index) ??
      (claimed?.has(item as object) === true ? 'a task that waits takes it along' : undefined);
    if (why === undefined) continue;
    const entry = `transfer[${String(index)}]`;
    const path = pathTo(item, args) ?? entry;
    throw new DataCloneError(path, `${path} cannot be sent to a worker: ${why} (${entry})`);
  }
}

function whyNotMovable(item: unknown, isRepeated: boolean): string | undefined {
  if (isRepeated) return 'the transfer list names it twice';
  if (isMessagePort(item)) return undefined;
  if (ArrayBuffer.isView(item)) return 'the transfer list takes the memory of a view, its `.buffer`';
  if (!(item instanceof ArrayBuffer)) return `${describe(item)} cannot be transferred`;
  return isDetached(item) ? 'its memory was transferred before and is gone' : undefined;
}

/** Where the arguments hold a value, or a view of it; undefined when they do not. */
function pathTo(item: unknown, args: readonly unknown[]): string | undefined {
  let path: string | undefined;
  walk(args, 'arguments', (place) => {
    const isIt = place.value === item || (ArrayBuffer.isView(place.value) && place.value.buffer === item);
    if (isIt) path ??= place.path;
    return path === undefined && !ArrayBuffer.isView(place.value);
  });
  return path;
}
