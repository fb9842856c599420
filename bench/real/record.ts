import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Report } from '../../src/report/report.ts';
import { answers, drive, freePorts, type Ports, type RequestWindow } from './drive.ts';
import type { RealProgram } from './realProgram.ts';
import { startProcess, type BenchProcess } from './startProcess.ts';

export const ways = ['attach', 'run'] as const;
export type Way = (typeof ways)[number];

/** A report on a program, and when its requests were under way. */
export interface RealRun {
  readonly report: Report;
  readonly windows: readonly RequestWindow[];
  readonly wrong: readonly string[];
}

const cli = resolve('dist/cli.js');

/** The arguments of node that start a program at these ports. */
export const argumentsOf = ({ start }: RealProgram, { port, port2 }: Ports): readonly string[] =>
  start.map((word) => word.replaceAll('{port2}', String(port2)).replaceAll('{port}', String(port)));

/** Waits until a program is ready for requests. */
export async function isReady(program: RealProgram, { port }: Ports, child: BenchProcess): Promise<void> {
  if (program.ready === null) await child.said(/\bready\b/);
  else await answers(port, program.ready);
}

/** Records a program that runs, or starts it under the command line, while its requests are sent. */
export async function recordProgram(
  program: RealProgram,
  folder: string,
  node: string,
  way: Way,
): Promise<RealRun> {
  const ports = await freePorts();
  const args = argumentsOf(program, ports);
  const file = join(folder, 'report.json');
  await rm(file, { force: true });
  const env = { PORT: String(ports.port), PORT2: String(ports.port2) };
  const options = ['--root', folder, '--json', file];
  if (way === 'run') {
    await using child = startProcess(
      process.execPath,
      [cli, 'run', ...options, '--', node, ...args],
      folder,
      env,
    );
    await child.said(/Recording/);
    await isReady(program, ports, child);
    return await finish(program, folder, ports, file, child);
  }
  await using target = startProcess(node, ['--inspect=127.0.0.1:0', ...args], folder, env);
  const [address] = await target.said(/ws:\/\/\S+/);
  await isReady(program, ports, target);
  await using child = startProcess(process.execPath, [cli, 'attach', address, ...options], folder);
  await child.said(/Recording/);
  return await finish(program, folder, ports, file, child);
}

async function finish(
  program: RealProgram,
  folder: string,
  ports: Ports,
  file: string,
  child: BenchProcess,
): Promise<RealRun> {
  const { windows, wrong } = await drive(program, folder, ports);
  await child.end('SIGINT');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`no report: ${child.text().slice(-400)}`);
  });
  return { report: JSON.parse(text) as Report, windows, wrong };
}
