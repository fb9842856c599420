import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Where the task files of these tests are. */
export const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

/** How a worker program is started. */
export interface WorkerProcessOptions {
  readonly redis: string;
  readonly queue: string;
  /** Patterns of task files; those of these tests by default. */
  readonly tasks?: readonly string[];
  /** Arguments more. */
  readonly args?: readonly string[];
  /** Flags of Node. */
  readonly flags?: readonly string[];
  readonly cwd?: string;
}

/** `offloop-worker` as a process of its own. */
export class WorkerProcess implements AsyncDisposable {
  readonly #lines: string[] = [];
  readonly #changed: (() => void)[] = [];

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        for (const wake of this.#changed.splice(0)) wake();
      });
    }
  }

  /** Starts one; resolves when it takes tasks. */
  static async start(options: WorkerProcessOptions): Promise<WorkerProcess> {
    const worker = WorkerProcess.spawn(options);
    await worker.whenSaid(/^offloop-worker \d+: queue/);
    return worker;
  }

  /** Starts one and does not wait. */
  static spawn({ redis, queue, tasks, args = [], flags = [], cwd }: WorkerProcessOptions): WorkerProcess {
    const patterns = (tasks ?? ['*.worker.mjs']).flatMap((pattern) => ['--tasks', pattern]);
    const child = spawn(
      process.execPath,
      [...flags, cli, '--redis', redis, '--queue', queue, ...patterns, ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: cwd ?? fixtures },
    );
    return new WorkerProcess(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it has written. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Resolves with the first line that matches; rejects when the program ends before. */
  async whenSaid(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.#lines.find((text) => pattern.test(text));
      if (line !== undefined) return line;
      if (this.#hasEnded) throw new Error(`The worker ended:\n${this.#lines.join('\n')}`);
      await new Promise<void>((resolve) => {
        this.#changed.push(resolve);
        this.child.once('close', () => {
          resolve();
        });
      });
    }
  }

  /** Ends it; resolves with its exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#hasEnded) return this.child.exitCode;
    const ended = once(this.child, 'close');
    this.child.kill(signal);
    await ended;
    return this.child.exitCode;
  }

  /** Resolves with its exit code once it has ended by itself. */
  async whenEnded(): Promise<number | null> {
    if (!this.#hasEnded) await once(this.child, 'close');
    return this.child.exitCode;
  }

  get #hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
