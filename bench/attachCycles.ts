// What sessions leave behind in their target. The bench attaches and detaches again and again, from an idle server and from
// one under load, and shows what the target has open each time. The same number of bare connections that start and end a
// profile shows what Node itself leaves behind. Heaps are read after a collection. Memory grows at first, and has to stop.
//   npm run bench -- attachCycles [--cycles 600 --nodes 20,22,24]
import { readdirSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { attach } from '../src/profiler/attach.ts';
import { openCdpConnection } from '../src/profiler/protocol/cdpConnection.ts';
import { evaluate } from '../src/profiler/protocol/evaluate.ts';
import { collectedHeap } from './support/collectedHeap.ts';
import { mallocMegabytes, residentMegabytes } from './support/cpuTime.ts';
import { LoadClient } from './support/loadClient.ts';
import { describeMachine } from './support/machine.ts';
import { startProgram, type StartedProgram } from './support/startProgram.ts';

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '600' }, nodes: { type: 'string', default: '20,22,24' } },
});

const count = (pid: number, what: 'fd' | 'task'): number =>
  readdirSync(`/proc/${String(pid)}/${what}`).length;

/** A profile without anything of ours. */
async function bareCycle(webSocketUrl: string): Promise<void> {
  const connection = await openCdpConnection(webSocketUrl);
  if (!connection.ok) throw new Error(connection.error);
  const need = 'process.getBuiltinModule("inspector").console';
  await connection.value.send('Profiler.enable');
  await evaluate(connection.value, `${need}.profile("a")`);
  await evaluate(connection.value, `${need}.profileEnd("a")`);
  connection.value.close();
  await connection.value.closed;
}

async function cycle(webSocketUrl: string, load?: LoadClient): Promise<void> {
  const session = await attach({ target: webSocketUrl });
  if (!session.ok) throw session.error;
  await load?.run(500);
  await session.value.stop();
  await load?.run(100);
}

async function show(line: string, name: string, done: number, program: StartedProgram): Promise<void> {
  const own = process.memoryUsage().heapUsed / 1e6;
  const { pid } = program;
  const heap = await collectedHeap(program.webSocketUrl);
  const figures = [
    [done, 0, 6],
    [count(pid, 'fd'), 0, 8],
    [count(pid, 'task'), 0, 8],
    [heap.live, 2, 13],
    [heap.reserved, 1, 12],
    [mallocMegabytes(pid), 1, 10],
    [residentMegabytes(pid), 1, 12],
    [own, 1, 12],
  ] as const;
  const cells = figures.map(([value, digits, width]) => value.toFixed(digits).padStart(width));
  console.log(`${line.padEnd(4)} ${name.padEnd(16)} ${cells.join(' ')}`);
}

async function measure(node: string, line: string, cycles: number): Promise<void> {
  const shown = [1, 10, ...[1, 2, 3].map((third) => Math.round((cycles * third) / 3))];
  for (const name of ['profile', 'session', 'session and load'] as const) {
    await using program = await startProgram(node, ['bench/targets/steady.cjs']);
    const { port } = program.ready as { readonly port: number };
    const load = new LoadClient(`http://127.0.0.1:${String(port)}/`, 8);
    for (let done = 1; done <= cycles; done += 1) {
      if (name === 'profile') await bareCycle(program.webSocketUrl);
      else await cycle(program.webSocketUrl, name === 'session' ? undefined : load);
      if (shown.includes(done)) await show(line, name, done, program);
    }
    load.close();
  }
}

console.log(describeMachine());
console.log(
  'node what             cycles  handles  threads  live heap MB  reserved MB  malloc MB  resident MB  own heap MB',
);
const wanted = values.nodes.split(',');
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  if (wanted.includes(line)) await measure(node, line, Number(values.cycles));
}
