// How often the code of a healthy server gets the blame for time in which it had no CPU (here: SIGSTOP for 150 ms).
//   npm run bench -- freezes [--freezes 200 --nodes 20,22,24]
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { freezeTarget } from './support/freezeTarget.ts';
import { describeMachine } from './support/machine.ts';

const { values } = parseArgs({
  options: { freezes: { type: 'string', default: '200' }, nodes: { type: 'string', default: '20,22,24' } },
});

/** 0 connections: an idle program. */
const programs = [
  ['steady', 0],
  ['steady', 8],
  ['healthy', 3],
  ['healthy', 16],
] as const;

console.log(describeMachine());
console.log('node program  load        freezes  with a block  starved  blamed on code');
const wanted = values.nodes.split(',');
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  if (!wanted.includes(line)) continue;
  for (const [program, connections] of programs) {
    const count = Math.round(Number(values.freezes) / programs.length);
    const series = { node, program, freezes: count, connections, seed: 1 };
    const { freezes, blocks, starved, blamed } = await freezeTarget(series);
    const share = ((100 * blamed.length) / freezes).toFixed(1);
    console.log(
      `${line.padEnd(4)} ${program.padEnd(8)} ${(connections === 0 ? 'light' : 'saturated').padEnd(10)} ${String(freezes).padStart(8)} ${String(blocks).padStart(13)} ${String(starved).padStart(8)}  ${String(blamed.length)} (${share} %)`,
    );
    for (const text of blamed.slice(0, 10)) console.log(`       ${text}`);
  }
}
