import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RedisServer } from '../test/support/redisServer.ts';
import type { TcpProxy } from '../test/support/tcpProxy.ts';
import { WorkerProcess } from '../test/support/workerProcess.ts';

/** What goes wrong. */
export type Fault = 'kill a worker' | 'cut the workers off' | 'cut the caller off' | 'restart Redis';

/** One round of faults, in random order: workers die most often. */
const round: readonly Fault[] = [
  'kill a worker',
  'cut the workers off',
  'kill a worker',
  'cut the caller off',
  'kill a worker',
  'restart Redis',
];
const longestCutMs = 1_000;

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Worker programs and what happens to them. */
export class Chaos {
  readonly counts: Record<Fault, number> = {
    'kill a worker': 0,
    'cut the workers off': 0,
    'cut the caller off': 0,
    'restart Redis': 0,
  };
  readonly #workers: WorkerProcess[] = [];
  #waiting: Fault[] = [];
  #running: Promise<void> = Promise.resolve();
  #hasEnded = false;

  constructor(
    private readonly redis: RedisServer,
    private readonly cables: { readonly workers: TcpProxy; readonly caller: TcpProxy },
    private readonly random: () => number,
  ) {}

  /** Starts so many workers. */
  async start(workers: number): Promise<void> {
    for (let index = 0; index < workers; index++) this.#workers.push(this.#spawn());
    await Promise.all(this.#workers.map((worker) => worker.whenSaid(/: queue soak/)));
  }

  /** Lets the next fault happen, after those before it. */
  strike(): void {
    this.#running = this.#running.then(() => this.#strike());
  }

  /** Waits for the fault that is under way, and ends the workers. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#running;
    await Promise.all(this.#workers.map((worker) => worker.end('SIGTERM')));
  }

  async #strike(): Promise<void> {
    if (this.#hasEnded) return;
    if (this.#waiting.length === 0) this.#waiting = this.#shuffled();
    const fault = this.#waiting.pop() ?? 'kill a worker';
    this.counts[fault]++;
    if (fault === 'kill a worker') await this.#kill();
    else if (fault === 'restart Redis') await this.#restart();
    else await this.#cut(fault === 'cut the workers off' ? this.cables.workers : this.cables.caller);
  }

  async #kill(): Promise<void> {
    const index = Math.floor(this.random() * this.#workers.length);
    await this.#workers[index]?.end('SIGKILL');
    this.#workers[index] = this.#spawn();
  }

  async #restart(): Promise<void> {
    await this.redis.stop(this.random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
    await this.redis.launch();
  }

  async #cut(cable: TcpProxy): Promise<void> {
    cable.cut();
    await sleep(this.random() * longestCutMs);
    cable.mend();
  }

  #shuffled(): Fault[] {
    return round
      .map((fault) => ({ fault, at: this.random() }))
      .sort((one, other) => one.at - other.at)
      .map(({ fault }) => fault);
  }

  #spawn(): WorkerProcess {
    return WorkerProcess.spawn({
      redis: this.cables.workers.url,
      queue: 'soak',
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      // A task may have bad luck many times here, and is not to blame for it.
      args: ['--concurrency', '4', '--lock-duration', '2000', '--max-lost', '1000', '--grace', '2000'],
    });
  }
}
