import { assertNever } from '../../base/assertNever.ts';
import type { Cause } from '../../report/cause.ts';

/** The cause of a block in plain words: what the loop was doing instead of serving anybody. */
export function explainCause(cause: Cause): string {
  switch (cause) {
    case 'child-process':
      return 'The loop waits until another program has started or ended.';
    case 'database':
      return 'The database driver runs the statement on the loop and waits for it.';
    case 'crypto':
      return 'The key or hash is computed on the loop, which is slow on purpose.';
    case 'compression':
      return 'The data is compressed or expanded on the loop.';
    case 'sync-io':
      return 'The loop waits for the file system.';
    case 'wait':
      return 'The loop sleeps until somebody wakes it.';
    case 'regex':
      return 'The regular expression tries very many ways to match.';
    case 'serialization':
      return 'A large value is turned into text or bytes, or back, in one go.';
    case 'module-load':
      return 'Modules are found, read and compiled while requests wait.';
    case 'wasm':
      return 'WebAssembly computes on the loop.';
    case 'native-addon':
      return 'A native addon computes or waits on the loop.';
    case 'gc':
      return 'The garbage collector stopped the program.';
    case 'microtask-starvation':
      return 'Promise after promise settles, and the loop never gets a turn.';
    case 'starved':
      return 'The process did not get the CPU: a quota, a suspended machine, a pause in a debugger.';
    case 'cpu':
      return 'JavaScript computes on the loop.';
    case 'unknown':
      return 'What the loop was doing could not be measured.';
    default:
      return assertNever(cause);
  }
}
