// What a report says about healthy programs under load: many callbacks, none of them long. The right answer is no block.
//   npm run bench -- healthy [--nodes 20,24 --modes default --ways http,timers --ms 1,20 --connections 64 --loads saturated
//                             --seconds 0.6 --idle-first --context --verbose]
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { measureHealthy, restOf, type HealthySeries } from './support/healthyCell.ts';
import { healthyWays, type HealthyLoad, type HealthyWay } from './support/healthyLoad.ts';
import { describeMachine } from './support/machine.ts';

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '20,22,24' },
    modes: { type: 'string', default: 'default,exact' },
    ways: { type: 'string', default: healthyWays.join(',') },
    ms: { type: 'string', default: '0.2,1,5,20' },
    connections: { type: 'string', default: '1,3,16,64' },
    loads: { type: 'string', default: 'saturated,light' },
    /** How long each load lasts at least; heavy ones last for three turns of the loop. */
    seconds: { type: 'string', default: '0.6' },
    /** Attaches to the idle program, whose load begins later; else it is busy when the session begins. */
    'idle-first': { type: 'boolean', default: false },
    /** The program uses AsyncLocalStorage. */
    context: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const listOf = (text: string): readonly string[] => text.split(',');
const numbersOf = (text: string): readonly number[] => listOf(text).map(Number);

// A name that nothing fits would measure nothing, and nothing has no false block.
const known: ReadonlySet<string> = new Set(healthyWays);
const unknown = listOf(values.ways).filter((way) => !known.has(way));
if (unknown.length > 0) {
  throw new Error(`No such way: ${unknown.join(', ')}. There are ${healthyWays.join(', ')}.`);
}

/** Light loads differ little from each other: one for each length of work, with the most connections. */
function loadsOf(way: HealthyWay): readonly HealthyLoad[] {
  const connections = numbersOf(values.connections);
  return listOf(values.loads).flatMap((load) =>
    numbersOf(values.ms).flatMap((ms) =>
      (load === 'light' ? connections.slice(-1) : connections).map((count) => {
        const few = load === 'light' ? Math.min(count, Math.ceil(40 / ms)) : count;
        return { way, ms, connections: few, restMs: restOf(ms, few, load === 'light') };
      }),
    ),
  );
}

async function printSeries(series: HealthySeries, line: string, way: HealthyWay): Promise<number> {
  const { outcomes, offsetMs, delayMaxMs } = await measureHealthy(series);
  const cells = listOf(values.loads).map((load) => {
    const own = outcomes.filter(({ load: { restMs } }) => restMs > 0 === (load === 'light'));
    const byMs = numbersOf(values.ms).map((ms) =>
      own
        .filter(({ load: { ms: its } }) => its === ms)
        .map(({ blocks }) => String(blocks.length).padStart(2)),
    );
    return byMs.map((counts) => counts.join(' ')).join(' | ');
  });
  const sum = (of: (outcome: (typeof outcomes)[number]) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const total = sum(({ blocks }) => blocks.length);
  console.log(
    `${line.padEnd(4)} ${series.mode.padEnd(9)} ${way.padEnd(10)} ${cells.join('  ‖ ')}  blocks ${String(total).padStart(3)}  starved ${String(sum(({ starved }) => starved)).padStart(3)}  stalls ${String(sum(({ stalls }) => stalls)).padStart(4)}  longest delay ${(delayMaxMs ?? 0).toFixed(0).padStart(4)}  offset ${offsetMs.toFixed(1).padStart(6)}`,
  );
  for (const { load, blocks } of values.verbose ? outcomes : []) {
    for (const { startMs, durationMs, boundary, parts, stack } of blocks)
      console.log(
        `       ${String(load.ms)} ms × ${String(load.connections)}: ${String(startMs)} +${String(durationMs)} ${boundary} ${String(parts[0]?.cause)} ${stack
          .map(({ function: name }) => name)
          .slice(0, 3)
          .join(' < ')}`,
      );
  }
  return total;
}

console.log(describeMachine());
console.log(
  `blocks blamed on code, per load (right: 0). Columns: ${values.loads} ‖; within them work of ${values.ms} ms |; within that ${values.connections} connections (light: the most alone). Times in ms; offset: the report's wall clock less the program's own`,
);
let total = 0;
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  if (!listOf(values.nodes).includes(line)) continue;
  for (const mode of listOf(values.modes) as HealthySeries['mode'][]) {
    for (const way of healthyWays.filter((each) => listOf(values.ways).includes(each))) {
      const lastsMs = 1000 * Number(values.seconds);
      const attachUnderLoad = !values['idle-first'];
      const series = {
        node,
        mode,
        loads: loadsOf(way),
        lastsMs,
        attachUnderLoad,
        hasContext: values.context,
      };
      total += await printSeries(series, line, way);
    }
  }
}
console.log(`${String(total)} false blocks`);
