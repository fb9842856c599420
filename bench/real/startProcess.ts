import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that the bench started, with what it has written. */
export interface BenchProcess extends AsyncDisposable {
  readonly text: () => string;
  /** The first match in what it has written or will write; fails when it ends or after a minute. */
  readonly said: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Asks it to end and waits until it has. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
}

const sayMs = 60_000;
const endMs = 30_000;

/** Starts a command in a process group of its own; disposing kills the whole group. */
export function startProcess(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): BenchProcess {
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  exited.catch(() => undefined);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const fail = (): void => {
        clearInterval(looking);
        reject(new Error(`${command} did not say ${String(pattern)}: ${text.slice(-600)}`));
      };
      const timeout = setTimeout(fail, sayMs);
      const looking = setInterval(() => {
        const match = pattern.exec(text);
        if (match === null && !hasEnded()) return;
        clearTimeout(timeout);
        if (match === null) fail();
        else {
          clearInterval(looking);
          resolve(match);
        }
      }, 30);
    });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (hasEnded()) return;
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), endMs);
    await exited;
    clearTimeout(late);
  };
  const dispose = async (): Promise<void> => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      return;
    }
    await end('SIGKILL');
  };
  return { text: () => text, said, end, [Symbol.asyncDispose]: dispose };
}
