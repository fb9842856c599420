import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { openCdpConnection } from '../../src/profiler/protocol/cdpConnection.ts';
import { evaluate } from '../../src/profiler/protocol/evaluate.ts';

/** Node executables under test: OFFLOOP_NODES (colon-separated), or the one that runs the tests. */
export const nodes: readonly string[] = (process.env['OFFLOOP_NODES'] ?? process.execPath)
  .split(':')
  .filter(Boolean);

/** The major version of a Node executable. */
export const majorOf = (node: string): number =>
  Number(/^v(\d+)/.exec(execFileSync(node, ['-v'], { encoding: 'utf8' }))?.[1]);

const folder = join(dirname(fileURLToPath(import.meta.url)), 'profilerTargets');

/** The path of a target program. */
export const targetProgram = (name: string): string => join(folder, name);

/** A real Node process under test. */
export interface TestTarget {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly webSocketUrl: string;
  /** Resolves with the first match in what the target has written or will write. */
  output(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exited: Promise<void>;
}

/** Starts a target and waits for its inspector; it is killed when the test ends. */
export async function startTarget(
  node: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly inspect?: string } = {},
): Promise<TestTarget> {
  const child = spawn(node, [options.inspect ?? '--inspect=127.0.0.1:0', ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(() => undefined);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (const watcher of [...watchers]) watcher();
    });
  }
  const output = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(text);
        if (match === null) return;
        watchers.delete(look);
        resolve(match);
      };
      watchers.add(look);
      void exited.then(() => {
        reject(new Error(`the target ended without writing ${String(pattern)}; it wrote: ${text}`));
      });
      look();
    });
  const [webSocketUrl] = await output(/ws:\/\/\S+/);
  return { child, pid: child.pid ?? 0, webSocketUrl, output, exited };
}

/** Evaluates an expression in a target over a connection of its own. */
export async function evaluateIn({ webSocketUrl }: TestTarget, expression: string): Promise<unknown> {
  const connection = await openCdpConnection(webSocketUrl);
  if (!connection.ok) throw new Error(connection.error);
  const value = await evaluate(connection.value, expression);
  connection.value.close();
  await connection.value.closed;
  if (!value.ok) throw new Error(value.error.kind);
  return value.value;
}

/** Sends one GET request and waits for the whole answer. */
export async function request(port: string, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return response.text();
}
