import { PoolExecutor } from '../pool/poolExecutor.ts';
import { startProcess } from '../pool/processTransport.ts';
import type { ExecutorOptions } from '../pool/types.ts';

/** Runs tasks in child processes: dearer than threads, but a crash stays in the one process it happened in. */
export class ProcessPoolExecutor extends PoolExecutor {
  /** @throws RangeError or TypeError for options out of range. */
  constructor(options: ExecutorOptions = {}) {
    super('process', startProcess, options);
  }
}
