import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { isClonable } from '../wire/cloneCheck.ts';
import { encodeError } from '../wire/errorCodec.ts';
import { Reply, type WireReply, type WireRequest, type WorkerSetup } from '../wire/wire.ts';
import type { WorkerPort } from './port.ts';
import { TaskRunner } from './taskRunner.ts';

function threadPort(): WorkerPort {
  const port = parentPort;
  if (port === null) throw new Error('Not a worker thread');
  return {
    setup: (workerData as { readonly offloopExecutor: WorkerSetup }).offloopExecutor,
    keepsBuffers: false,
    send: (reply, transfer) => {
      port.postMessage(reply, transfer);
    },
    receive: (listener, unreadable) => {
      port.on('message', listener);
      port.on('messageerror', (error) => {
        unreadable(String(error));
      });
      // A task closed it: no answer could leave any more.
      port.on('close', () => process.exit());
    },
  };
}

function processPort(): WorkerPort {
  const send = (reply: WireReply): void => {
    process.send?.(reply);
  };
  let reportUnreadable: (reason: string) => void = () => undefined;
  process.on('disconnect', () => process.exit());
  process.on('uncaughtException', (error) => {
    // Node reads messages in its own code; what it cannot read it throws from there.
    if (/\bparseChannelMessages\b/.test(String(error.stack))) {
      reportUnreadable(String(error));
      return;
    }
    // A program's own handler decides; without one the process ends, after saying why.
    if (process.listenerCount('uncaughtException') > 1) return;
    process.send?.([Reply.crashed, encodeError(error, isClonable)] satisfies WireReply, () =>
      process.exit(1),
    );
  });
  return {
    setup: JSON.parse(process.argv[2] ?? '{}') as WorkerSetup,
    keepsBuffers: true,
    send,
    receive: (listener, unreadable) => {
      reportUnreadable = unreadable;
      process.on('message', (message) => {
        listener(message as WireRequest);
      });
    },
  };
}

const port = isMainThread ? processPort() : threadPort();
const runner = new TaskRunner(port);
port.receive(
  (request) => {
    runner.handle(request);
  },
  (reason) => {
    port.send([Reply.unread, reason]);
  },
);
port.send([Reply.ready]);
