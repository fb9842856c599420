import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
export const demoFolder = join(root, 'demo');

/** Node executables under test: OFFLOOP_NODES (colon-separated), or the one that runs the tests. */
export const nodes: readonly string[] = (process.env['OFFLOOP_NODES'] ?? process.execPath)
  .split(':')
  .filter(Boolean);

/** Starts a program that is ended when the test ends: asked first, so that it removes its files. */
export function startProgram(
  node: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream } {
  const child = spawn(node, args, {
    cwd: root,
    // A test runner that colours its own output says so to all its children.
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(insist);
  });
  return child;
}

/** The first line of a stream that matches; rejects when the program ends first. */
function lineOf(child: ChildProcess, stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      const found = pattern.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => {
      reject(new Error(`The program ended. It wrote: ${said.join('\n')}`));
    });
  });
}

/** A running demo shop. */
export interface DemoServer {
  readonly url: string;
  /** `host:port` of its inspector. */
  readonly inspector: string;
  get(path: string): Promise<{ readonly status: number; readonly type: string; readonly body: Buffer }>;
}

/** Starts the demo, or a copy of it, with an open inspector. */
export async function startDemo(node: string, folder = demoFolder): Promise<DemoServer> {
  const child = startProgram(node, ['--inspect=127.0.0.1:0', join(folder, 'server.js')], { PORT: '0' });
  const [url, inspector] = await Promise.all([
    lineOf(child, child.stdout, /listening on (http:\S+)/),
    lineOf(child, child.stderr, /Debugger listening on ws:\/\/([\d.]+:\d+)\//),
  ]);
  return {
    url,
    inspector,
    async get(path) {
      const response = await fetch(new URL(path, url));
      const type = response.headers.get('content-type') ?? '';
      return { status: response.status, type, body: Buffer.from(await response.arrayBuffer()) };
    },
  };
}

/** How a program ended, and what it wrote. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export const run = (node: string, args: readonly string[]): Promise<Outcome> => runUntil(node, args, null);

/** Runs a program; once its standard error matches, does something, and then interrupts it as Ctrl+C does. */
export async function runUntil(
  node: string,
  args: readonly string[],
  ready: RegExp | null,
  act?: () => Promise<void>,
): Promise<Outcome> {
  const child = startProgram(node, args);
  const output = { stdout: '', stderr: '' };
  let acted: Promise<void> | undefined;
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8');
    if (act === undefined || acted !== undefined || ready?.test(output.stderr) !== true) return;
    acted = act().finally(() => child.kill('SIGINT'));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  await acted;
  return { code, ...output };
}
