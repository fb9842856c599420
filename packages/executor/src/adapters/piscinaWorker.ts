import { parentPort } from 'node:worker_threads';
import type { PiscinaAnswer, PiscinaProgress, PiscinaRequest, PiscinaStarted } from './piscinaMessages.ts';
import { isDeeperThan } from '../wire/cloneCheck.ts';
import { Reply, Request, type WireReply, type WireRequest } from '../wire/wire.ts';
import type { WorkerPort } from '../worker/port.ts';
import { TaskRunner } from '../worker/taskRunner.ts';

// The main thread's stack holds some 4000 levels while it reads.
const readableDepth = 2_500;

/** Runs one task for `fromPiscina`; piscina finds it as the `default` export of a CommonJS file. */
function runForPiscina({ id, args, extra, port: stream }: PiscinaRequest): Promise<PiscinaAnswer> {
  parentPort?.postMessage({ offloopTaskStarted: id } satisfies PiscinaStarted);
  let reports = 0;
  return new Promise((resolve) => {
    const send: WorkerPort['send'] = (reply, transfer) => {
      if (reply[0] === Reply.item) {
        stream?.postMessage(reply, transfer);
      } else if (reply[0] === Reply.progress) {
        const message: PiscinaProgress = { offloopTaskProgress: id, value: reply[2], extra: reply[3] };
        parentPort?.postMessage(message, transfer);
        reports++;
      } else {
        finish(reply, stream);
        resolve({ reply, reports });
      }
    };
    const port: WorkerPort = {
      setup: { name: 'piscina' },
      keepsBuffers: false,
      receive: () => undefined,
      send,
    };
    const runner = new TaskRunner(port);
    stream?.on('message', (request: WireRequest) => {
      runner.handle(request);
    });
    runner.handle([Request.run, id, 0, args, extra]);
  });
}

function finish(reply: WireReply, stream: PiscinaRequest['port']): void {
  // piscina loses its worker over a reply that cannot be cloned: find out first.
  structuredClone(reply);
  // The caller has a quarter of this stack, and piscina never answers for a reply that cannot be read.
  if (isDeeperThan(readableDepth, reply)) throw new RangeError('Maximum call stack size exceeded');
  // The last message of the stream: the caller has all items when it sees it.
  stream?.postMessage(reply);
  stream?.close();
}

module.exports = runForPiscina;
