import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { QueueExecutor } from '@offloop/executor-bullmq';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { double } from './bench.worker.mjs';

/** Something that doubles numbers in another process. */
export interface Engine {
  readonly name: string;
  readonly double: (value: number) => PromiseLike<number>;
  readonly close: () => Promise<void>;
}

const here = fileURLToPath(new URL('.', import.meta.url));

async function startProcess(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface({ input: child.stdout }), 'line');
  return child;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}

/**
 * BullMQ as one would write it: `add`, and one listener of events with a map of own ids. `waitUntilFinished` is left
 * out, because it adds a listener for each task and is slower.
 */
export async function plainBullmq(url: string, queueName: string, concurrency: number): Promise<Engine> {
  const child = await startProcess(['plainWorker.mjs', url, queueName, String(concurrency)]);
  const connections = [1, 2].map(() => new Redis(url, { maxRetriesPerRequest: null }));
  const [first, second] = connections as [Redis, Redis];
  const queue = new Queue(queueName, { connection: first });
  const events = new QueueEvents(queueName, { connection: second, lastEventId: '0-0' });
  const waiting = new Map<string, (value: number) => void>();
  events.on('completed', ({ jobId, returnvalue }) => {
    waiting.get(jobId)?.(Number(returnvalue));
    waiting.delete(jobId);
  });
  await events.waitUntilReady();
  let serial = 0;
  return {
    name: 'plain BullMQ',
    double: (value) => {
      const jobId = `job-${++serial}`;
      const result = new Promise<number>((resolve) => waiting.set(jobId, resolve));
      void queue.add('double', { value }, { jobId, removeOnComplete: true, removeOnFail: true });
      return result;
    },
    close: async () => {
      await Promise.all([queue.close(), events.close(), stopProcess(child)]);
      for (const connection of connections) connection.disconnect();
    },
  };
}

/** The executor of this package, with its worker program. */
export async function offloopQueue(url: string, queue: string, concurrency: number): Promise<Engine> {
  const args = [
    '--redis',
    url,
    '--queue',
    queue,
    '--tasks',
    '*.worker.mjs',
    '--concurrency',
    String(concurrency),
  ];
  const child = await startProcess(['../dist/cli.js', ...args]);
  const executor = new QueueExecutor({ connection: url, queue });
  return {
    name: '@offloop/executor-bullmq',
    double: (value) => executor.submit(double, value),
    close: async () => {
      await executor.shutdown();
      await stopProcess(child);
    },
  };
}
