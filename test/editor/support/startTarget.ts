import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { workspaceFolder } from './workspace.ts';

const LISTENING = /^Debugger listening on (ws:\/\/\S+)$/;

/** A program that runs with its inspector open; `using` ends it. */
export interface RunningTarget extends AsyncDisposable {
  /** The inspector's address. */
  readonly url: string;
  readonly pid: number;
  /** Waits for a line on the program's standard output that matches, and gives the match. */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
}

/** Starts a file of the scenario under Node with an inspector on a free port and waits until it listens. */
export async function startTarget(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningTarget> {
  const [node = process.execPath] = (process.env['OFFLOOP_NODES'] ?? '').split(':').filter(Boolean);
  const child = spawn(node, ['--inspect=127.0.0.1:0', path.join(workspaceFolder(), file), ...args], {
    cwd: workspaceFolder(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = new LineLog(child, 'stdout');
  const url = (await new LineLog(child, 'stderr').line(LISTENING))[1];
  if (url === undefined || child.pid === undefined) throw new Error(`${file} did not start.`);
  return {
    url,
    pid: child.pid,
    line: (pattern) => out.line(pattern),
    [Symbol.asyncDispose]: () => end(child),
  };
}

/** The lines that a stream has printed so far, and those still to come. */
class LineLog {
  readonly #lines: string[] = [];
  readonly #waiting = new Set<(line: string) => void>();
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, name: 'stdout' | 'stderr') {
    this.#child = child;
    const stream = child[name];
    if (stream === null) throw new Error(`${name} is not a pipe.`);
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line);
      for (const look of this.#waiting) look(line);
    });
  }

  line(pattern: RegExp): Promise<RegExpMatchArray> {
    const seen = this.#lines.map((line) => pattern.exec(line)).find((match) => match !== null);
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve, reject) => {
      const look = (line: string): void => {
        const match = pattern.exec(line);
        if (match === null) return;
        this.#waiting.delete(look);
        resolve(match);
      };
      this.#waiting.add(look);
      this.#child.once('exit', () => {
        reject(
          new Error(`The program ended before it printed ${String(pattern)}:\n${this.#lines.join('\n')}`),
        );
      });
    });
  }
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGKILL');
  });
}
