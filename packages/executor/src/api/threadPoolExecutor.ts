import { PoolExecutor } from '../pool/poolExecutor.ts';
import { startThread } from '../pool/threadTransport.ts';
import type { ExecutorOptions } from '../pool/types.ts';

/**
 * Runs tasks in worker threads of this process. Cheap to start and to talk to; a native crash or
 * `process.abort()` of an addon takes the whole process with it.
 */
export class ThreadPoolExecutor extends PoolExecutor {
  /** @throws RangeError or TypeError for options out of range. */
  constructor(options: ExecutorOptions = {}) {
    super('thread', startThread, options);
  }
}
