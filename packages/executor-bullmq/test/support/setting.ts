import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueExecutor, type QueueExecutorOptions } from '@offloop/executor-bullmq';
import { RedisServer } from './redisServer.ts';
import { WorkerProcess, type WorkerProcessOptions } from './workerProcess.ts';

let serial = 0;

/** What a test has of its own: a Redis, a queue, files to meet at, and whatever it starts; all gone at its end. */
export class Setting implements AsyncDisposable {
  readonly queue = `queue-${process.pid}-${++serial}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'offloop-queue-'));
  readonly #owned: AsyncDisposable[] = [];

  private constructor(readonly redis: RedisServer) {}

  /** Makes one, on a Redis of its own or on the given one. */
  static async make(redis?: RedisServer): Promise<Setting> {
    const setting = new Setting(redis ?? (await RedisServer.start()));
    if (redis === undefined) setting.#owned.push(setting.redis);
    return setting;
  }

  /** A file for tasks to write to. */
  get log(): string {
    return join(this.#folder, 'log');
  }

  /** A file that `waitFor` waits for. */
  get gate(): string {
    return join(this.#folder, 'gate');
  }

  /** Any file of this test. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  openGate(): void {
    writeFileSync(this.gate, '');
  }

  /** What tasks have written. */
  lines(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n') : [];
  }

  /** Resolves once tasks have written so many lines. */
  async whenLines(count: number): Promise<string[]> {
    await until(() => this.lines().length >= count);
    return this.lines();
  }

  /** An executor on this queue. */
  executor(options: Partial<QueueExecutorOptions> = {}): QueueExecutor {
    const executor = new QueueExecutor({ connection: this.redis.url, queue: this.queue, ...options });
    this.#owned.push({ [Symbol.asyncDispose]: () => executor.terminate() });
    return executor;
  }

  /** A worker program on this queue, with locks that expire soon. */
  async worker(options: Partial<WorkerProcessOptions> = {}): Promise<WorkerProcess> {
    const worker = WorkerProcess.spawn({
      redis: this.redis.url,
      queue: this.queue,
      ...options,
      args: ['--lock-duration', '1000', '--concurrency', '2', ...(options.args ?? [])],
    });
    this.#owned.push(worker);
    await worker.whenSaid(/^offloop-worker \d+: queue/);
    return worker;
  }

  /** Ends something with the test. */
  own<T extends AsyncDisposable>(thing: T): T {
    this.#owned.push(thing);
    return thing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const thing of this.#owned.reverse()) await thing[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Waits for a condition that becomes true in another process. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}

/** What a promise rejects with; throws when it does not. */
export async function rejectionOf(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`Expected a rejection, got ${String(value)}`);
}
