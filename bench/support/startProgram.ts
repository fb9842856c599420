import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A program under measurement. */
export interface StartedProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly webSocketUrl: string;
  /** What it said after `ready `, as JSON. */
  readonly ready: unknown;
}

/** Starts a Node program with an inspector on a free port and waits for its line `ready <json>`; disposing kills it. */
export async function startProgram(
  node: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<StartedProgram> {
  const child = spawn(node, ['--inspect=127.0.0.1:0', ...args], {
    cwd: options.cwd,
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let text = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      if (/^ready .*\n/m.test(text) && /ws:\/\/\S+/.test(text)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then(() => {
      reject(new Error(`the program ended: ${text}`));
    });
  });
  return {
    child,
    pid: child.pid ?? 0,
    webSocketUrl: /ws:\/\/\S+/.exec(text)?.[0] ?? '',
    ready: JSON.parse(/^ready (.*)$/m.exec(text)?.[1] ?? 'null'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}
