import { parentPort } from 'node:worker_threads';
import type { PiscinaRequest, PiscinaStarted } from './piscina.ts';
import { isDeeperThan } from '../wire/cloneCheck.ts';
import { Request, type WireReply } from '../wire/wire.ts';
import type { WorkerPort } from '../worker/port.ts';
import { TaskRunner } from '../worker/taskRunner.ts';

// The main thread's stack holds some 4000 levels while it reads.
const readableDepth = 2_500;

/** Runs one task for `fromPiscina`; piscina finds it as the `default` export of a CommonJS file. */
function runForPiscina({ id, args, extra }: PiscinaRequest): Promise<WireReply> {
  parentPort?.postMessage({ offloopTaskStarted: id } satisfies PiscinaStarted);
  return new Promise((resolve) => {
    const port: WorkerPort = {
      setup: { name: 'piscina' },
      keepsBuffers: false,
      receive: () => undefined,
      send: (reply) => {
        // piscina loses its worker over a reply that cannot be cloned: find out first.
        structuredClone(reply);
        // The caller has a quarter of this stack, and piscina never answers for a reply that cannot be read.
        if (isDeeperThan(readableDepth, reply)) throw new RangeError('Maximum call stack size exceeded');
        resolve(reply);
      },
    };
    new TaskRunner(port).handle([Request.run, id, 0, args, extra]);
  });
}

module.exports = runForPiscina;
