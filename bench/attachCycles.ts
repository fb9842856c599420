// What sessions leave behind: attaches and detaches again and again, and shows what the target has open each time; beside
// as many connections that start and end a profile by themselves, which is what Node leaves behind. Resident memory grows at
// first, as what V8 has not yet collected does; what matters is that it stops.
//   node scripts/bench.mjs attachCycles [--cycles 600 --nodes 20,22,24]
import { readdirSync } from 'node:fs';
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { parseCpuProfile } from '../src/analysis/timeline/parseCpuProfile.ts';
import { attach } from '../src/profiler/attach.ts';
import { openCdpConnection } from '../src/profiler/cdpConnection.ts';
import { evaluate } from '../src/profiler/evaluate.ts';
import { collectedHeap } from './support/collectedHeap.ts';
import { residentMegabytes } from './support/cpuTime.ts';
import { describeMachine } from './support/machine.ts';
import { startProgram } from './support/startProgram.ts';

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

async function cycle(webSocketUrl: string): Promise<void> {
  const session = await attach({ target: webSocketUrl, parseProfile: parseCpuProfile });
  if (!session.ok) throw session.error;
  await session.value.stop();
}

console.log(describeMachine());
console.log(
  'node what     cycles  handles  threads  live heap MB after a collection  reserved MB  resident MB  own heap MB',
);
const wanted = values.nodes.split(',');
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  if (!wanted.includes(line)) continue;
  for (const [name, run] of [
    ['profile', bareCycle],
    ['session', cycle],
  ] as const) {
    await using program = await startProgram(node, ['bench/targets/steady.cjs']);
    const cycles = Number(values.cycles);
    const shown = [1, 10, ...[1, 2, 3].map((third) => Math.round((cycles * third) / 3))];
    for (let done = 1; done <= cycles; done += 1) {
      await run(program.webSocketUrl);
      if (!shown.includes(done)) continue;
      const own = process.memoryUsage().heapUsed / 1e6;
      const heap = await collectedHeap(program.webSocketUrl);
      console.log(
        `${line.padEnd(4)} ${name} ${String(done).padStart(7)} ${String(count(program.pid, 'fd')).padStart(8)} ${String(count(program.pid, 'task')).padStart(8)} ${heap.live.toFixed(2).padStart(31)} ${heap.reserved.toFixed(1).padStart(12)} ${residentMegabytes(program.pid).toFixed(1).padStart(12)} ${own.toFixed(1).padStart(12)}`,
      );
    }
  }
}
