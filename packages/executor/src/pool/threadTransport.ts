import { nodeModule } from '../tasks/references/builtins.ts';
import { bootstrapSource } from './bootstrapSource.ts';
import type { StartTransport } from './transport.ts';
import { isReply } from '../wire/wire.ts';

/** Starts a worker thread that never holds the process by itself. */
export const startThread: StartTransport = (setup, options, events) => {
  const abortFlag = new Int32Array(new SharedArrayBuffer(4));
  // Loaded at the first thread: it is most of what importing this package would cost.
  const { Worker } = nodeModule('worker_threads') as typeof import('node:worker_threads');
  const worker = new Worker(bootstrapSource, {
    eval: true,
    name: setup.name,
    workerData: { offloopExecutor: { ...setup, abortFlag } },
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
  });
  let failure: unknown;
  worker.on('message', (reply: unknown) => {
    // A task may post messages of its own; they are nobody's here.
    if (isReply(reply)) events.message(reply);
  });
  worker.on('error', (error: unknown) => {
    failure = error;
  });
  worker.on('messageerror', events.unreadable);
  worker.on('exit', (exitCode) => {
    events.ended({ exitCode, signal: null, error: failure });
  });
  worker.unref();
  return {
    id: worker.threadId,
    send: (request, transfer) => {
      worker.postMessage(request, transfer);
    },
    kill: () => {
      void worker.terminate();
    },
    raiseAbort: (id) => {
      Atomics.store(abortFlag, 0, id | 0);
    },
    utilization: () => worker.performance.eventLoopUtilization(),
  };
};
