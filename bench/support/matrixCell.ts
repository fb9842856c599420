import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { millis } from '../../src/base/units.ts';
import { attach } from '../../src/profiler/attach.ts';
import { launch } from '../../src/profiler/targets/launch.ts';
import { findInspector } from '../../src/profiler/targets/discover.ts';
import { openInspector } from '../../src/profiler/targets/openInspector.ts';
import { readNodeProcess } from '../../src/profiler/targets/processTable.ts';
import type { Capture } from '../../src/profiler/capture/capture.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { plantedLine, writeProgram, type ProgramKind } from './matrixPrograms.ts';

/** How a program is attached to. */
export const attachWays = ['ws', 'host:port', 'brk', 'signal', 'launch', 'npm', 'no-inject'] as const;
export type AttachWay = (typeof attachWays)[number];

/** One cell of the matrix. */
export interface MatrixCell {
  readonly node: string;
  readonly way: AttachWay;
  readonly kind: ProgramKind;
  /** The entry of tsx that Node preloads, and its command. */
  readonly tsx: { readonly loader: string; readonly command: string };
}

const foundWithinMs = 15_000;
const startsWithinMs = 15_000;
const goneWithinMs = 5_000;

/** What was started, and how to end it. */
interface Started {
  readonly target: string;
  readonly pid: number;
  readonly ownsInspector: boolean;
  stop(): Promise<void>;
}

function argumentsOf({ kind, tsx }: MatrixCell, file: string): readonly string[] {
  return kind === 'tsx' ? ['--import', pathToFileURL(tsx.loader).href, file] : [file];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until the output of a child matches. */
async function said(
  child: ChildProcess,
  output: { text: string },
  pattern: RegExp,
): Promise<RegExpExecArray> {
  const until = performance.now() + startsWithinMs;
  for (;;) {
    const match = pattern.exec(output.text);
    if (match !== null) return match;
    if (performance.now() > until || child.exitCode !== null)
      throw new Error(`it did not say ${String(pattern)} but: ${output.text.slice(0, 300)}`);
    await delay(20);
  }
}

async function startDirect(cell: MatrixCell, folder: string, file: string): Promise<Started> {
  const { way, kind } = cell;
  // A cluster counts on from the port of its primary, which must be a real one then.
  const port = way === 'host:port' || way === 'signal' ? await freePort() : 0;
  const flag =
    way === 'signal'
      ? `--inspect-port=${String(port)}`
      : `--inspect${way === 'brk' ? '-brk' : ''}=127.0.0.1:${String(port)}`;
  const child = spawn(cell.node, [flag, ...argumentsOf(cell, file)], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output.text += chunk.toString('utf8')));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  try {
    if (way === 'signal') {
      const pid = Number((await said(child, output, /"pid":(\d+)/))[1]);
      const opened = await openInspector(pid);
      if (!opened.ok) throw opened.error;
      return { target: opened.value.webSocketUrl, pid, ownsInspector: opened.value.openedByUs, stop };
    }
    const nth = kind === 'cluster' ? /ws:\/\/\S+[^]*?ws:\/\/(\S+)/ : /ws:\/\/(\S+)/;
    const address = (await said(child, output, nth))[1] ?? '';
    const target = way === 'host:port' ? (address.split('/')[0] ?? '') : `ws://${address}`;
    const pid = way === 'brk' ? (child.pid ?? 0) : Number((await said(child, output, /"pid":(\d+)/))[1]);
    return { target, pid, ownsInspector: false, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startLaunched(cell: MatrixCell, folder: string, file: string): Promise<Started> {
  const script = cell.kind === 'tsx' ? [cell.tsx.command, file] : [file];
  const npm = cell.way === 'npm';
  const PATH = `${join(cell.node, '..')}:${process.env['PATH'] ?? ''}`;
  const program = await launch({
    command: npm ? 'npm' : cell.node,
    args: npm ? ['exec', '--offline', '--call', ['node', ...script].join(' ')] : script,
    cwd: folder,
    env: { ...process.env, PATH },
    stdio: 'ignore',
  });
  if (!program.ok) throw program.error;
  const stop = async (): Promise<void> => {
    program.value.kill('SIGKILL');
    await program.value.exited;
  };
  const { first } = program.value;
  if (cell.kind !== 'cluster')
    return { target: first.webSocketUrl, pid: first.pid, ownsInspector: first.openedByUs, stop };
  const second = new Promise<typeof first>((resolve) => program.value.onProcess(resolve));
  const primary = await attach({ target: first.webSocketUrl });
  if (!primary.ok) throw primary.error;
  const worker = await second;
  return {
    target: worker.webSocketUrl,
    pid: worker.pid,
    ownsInspector: worker.openedByUs,
    stop: async () => {
      await primary.value.stop();
      await stop();
    },
  };
}

/** What the report says of the planted block; null when it has none yet. */
function findPlanted(session: Capture, folder: string, cell: MatrixCell): string | null {
  const options = { threshold: millis(50), root: folder, mappings: [], fullUrls: false };
  const report = analyzeRecording(session.snapshot(), diskSources(), options);
  for (const { stack, thread } of report.blocks) {
    const frame = stack.find(
      ({ function: name }) => name === 'plantedBlock' || (cell.way === 'no-inject' && name === 'tick'),
    );
    if (frame === undefined) continue;
    const isThread = cell.kind === 'worker' ? thread.startsWith('worker') : thread === 'main';
    if (isThread) return `${basename(frame.file)}:${String(frame.line)}`;
  }
  return null;
}

async function samplerThreads(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${String(pid)}/task`);
  const names = await Promise.all(
    tasks.map((task) => readFile(`/proc/${String(pid)}/task/${task}/comm`, 'utf8').catch(() => '')),
  );
  return names.filter((name) => name.startsWith('v8:ProfEvntProc')).length;
}

/** Starts the program of a cell, finds its planted block and detaches; answers with what is wrong, or null. */
export async function runCell(cell: MatrixCell): Promise<string | null> {
  const { folder, file } = await writeProgram(cell.kind);
  try {
    const isLaunched = cell.way === 'launch' || cell.way === 'npm';
    const started = isLaunched
      ? await startLaunched(cell, folder, file)
      : await startDirect(cell, folder, file);
    try {
      return await recordCell(cell, started, folder, file);
    } finally {
      await started.stop();
    }
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recordCell(
  cell: MatrixCell,
  started: Started,
  folder: string,
  file: string,
): Promise<string | null> {
  const session = await attach({
    target: started.target,
    ownsInspector: started.ownsInspector,
    inject: cell.way !== 'no-inject',
  });
  if (!session.ok) return session.error.message;
  const until = performance.now() + foundWithinMs;
  let found: string | null = null;
  while (found === null && performance.now() < until) {
    await delay(250);
    await session.value.flush();
    found = findPlanted(session.value, folder, cell);
  }
  const { died } = await session.value.stop();
  if (found === null) return 'the planted block was not found';
  if (died) return 'the target died';
  const line = plantedLine(cell.kind);
  const [name, at] = found.split(':');
  const inside = Number(at) >= line && Number(at) <= line + 8;
  if (name !== file || !inside)
    return `the planted block was found at ${found} instead of ${file}:${String(line)}`;
  return whatIsLeft(started);
}

/** Whether the sampler still runs in a process, or an inspector of ours is open. */
async function whatIsLeft({ pid, ownsInspector }: Started): Promise<string | null> {
  // The thread ends a moment after it is told to, and the inspector closes when nobody is connected any more.
  const goneBy = performance.now() + goneWithinMs;
  for (;;) {
    const samplers = await samplerThreads(pid);
    const entry = ownsInspector ? await readNodeProcess(pid) : null;
    const inspector = entry && (await findInspector(entry));
    if (samplers === 0 && inspector === null) return null;
    if (performance.now() > goneBy)
      return samplers > 0 ? `${String(samplers)} sampler threads were left` : 'our inspector was left open';
    await delay(100);
  }
}
