import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { PendingTask } from '../tasks/pendingTask.ts';
import type { StreamProducer } from '../tasks/streamFeed.ts';
import { startTimer } from '../tasks/timer.ts';
import { unpack } from '../wire/bufferCodec.ts';
import { Reply, Request, type WireReply } from '../wire/wire.ts';

const defaultGrace = 1_000;

/** The caller's end of a stream in a piscina worker: piscina itself knows one answer for each task. */
export class PiscinaStream {
  /** For the worker; it is moved with the request. */
  readonly port: MessagePort;
  /** Resolves when all that was sent has arrived. */
  readonly arrived: Promise<void>;
  readonly #near: MessagePort;
  #killTimer: NodeJS.Timeout | undefined;

  /** @param kill Ends the worker: the generator did not return in time. */
  constructor(
    private readonly task: PendingTask,
    private readonly kill: () => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port2;
    this.#near = port1;
    // Items may come before piscina says that the task has started.
    task.feed?.connect(this.producer);
    this.arrived = new Promise((resolve) => {
      port1.on('message', (reply: WireReply) => {
        if (reply[0] !== Reply.item) resolve();
        else task.feed?.push(unpack([reply[2]], reply[3]?.buffers)[0]);
      });
      port1.on('messageerror', (error) => {
        task.feed?.lose(String(error));
        port1.postMessage([Request.unread, task.id, String(error)]);
      });
    });
  }

  /** See {@link StreamProducer}. */
  readonly producer: StreamProducer = {
    grant: (items) => {
      this.#near.postMessage([Request.grant, this.task.id, items]);
    },
    stop: () => {
      this.#near.postMessage([Request.stop, this.task.id]);
      clearTimeout(this.#killTimer);
      this.#killTimer = startTimer('graceMs', this.task.options.graceMs ?? defaultGrace, this.kill);
    },
  };

  /** Nothing will come any more. */
  close(): void {
    clearTimeout(this.#killTimer);
    this.#near.close();
  }
}
