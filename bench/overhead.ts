// What a session costs its target: main-thread CPU time per request of a healthy, saturated server (the worst case), in
// quadruples off-on-on-off. Attaching and its announced pause lie between the phases.
//   npm run bench -- overhead [--rounds 30 --nodes 20,24 --requests 3000 --exact --interval 10 --no-inject --sham]
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { millis } from '../src/base/units.ts';
import { attach } from '../src/profiler/attach.ts';
import { allThreadsMs, mainThreadMs, residentMegabytes } from './support/cpuTime.ts';
import { LoadClient } from './support/loadClient.ts';
import { describeMachine } from './support/machine.ts';
import { startProgram, type StartedProgram } from './support/startProgram.ts';
import { median, medianInterval } from './support/statistics.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    nodes: { type: 'string', default: '20,22,24' },
    requests: { type: 'string', default: '3000' },
    exact: { type: 'boolean', default: false },
    /** Sampling interval, ms. */
    interval: { type: 'string', default: '5' },
    /** Without probe and polling: sampling and trace events. */
    'no-inject': { type: 'boolean', default: false },
    /** Without a session: what the order of the phases alone shows. */
    sham: { type: 'boolean', default: false },
  },
});

const connections = 8;
/** Past the first rotations, after which a session has settled. */
const settleMs = 2_600;

/** V8 takes a moment to put its profiler away. */
const goneMs = 400;

/** CPU times and wall time, ms. */
interface Phase {
  readonly main: number;
  readonly all: number;
  readonly wall: number;
}
interface Round {
  readonly before: Phase;
  readonly on: readonly [Phase, Phase];
  readonly after: Phase;
}

/** The load never rests: what runs after a rest is slower or faster than before it, session or not. */
async function pass(ms: number, load: LoadClient): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) await load.run(100);
}

async function phase(program: StartedProgram, load: LoadClient): Promise<Phase> {
  const [main, all, from] = [mainThreadMs(program.pid), allThreadsMs(program.pid), performance.now()];
  await load.run(Number(values.requests));
  const wall = performance.now() - from;
  return { main: mainThreadMs(program.pid) - main, all: allThreadsMs(program.pid) - all, wall };
}

/** Begins a session, and gives its end. */
async function attached(program: StartedProgram): Promise<() => Promise<unknown>> {
  if (values.sham) return () => Promise.resolve();
  const session = await attach({
    target: program.webSocketUrl,
    exactBoundaries: values.exact,
    intervalMs: millis(Number(values.interval)),
    inject: !values['no-inject'],
  });
  if (!session.ok) throw session.error;
  return () => session.value.stop();
}

async function round(program: StartedProgram, load: LoadClient): Promise<Round> {
  await pass(goneMs, load);
  const before = await phase(program, load);
  const detach = await attached(program);
  await pass(settleMs, load);
  const on = [await phase(program, load), await phase(program, load)] as const;
  await detach();
  await pass(goneMs, load);
  return { before, on, after: await phase(program, load) };
}

function show(name: string, ratios: readonly number[]): void {
  const interval = medianInterval(ratios);
  const [middle, low, high] = [median(ratios) ?? 1, interval?.[0] ?? 1, interval?.[1] ?? 1];
  const percent = (ratio: number): string =>
    `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(2)} %`.padStart(9);
  console.log(`  ${name.padEnd(44)} ${percent(middle)}   [${percent(low)}, ${percent(high)} ]`);
}

async function measure(node: string): Promise<void> {
  await using program = await startProgram(node, ['bench/targets/steady.cjs']);
  const { port } = program.ready as { readonly port: number };
  const load = new LoadClient(`http://127.0.0.1:${String(port)}/`, connections);
  await load.run(4 * Number(values.requests));
  const rounds: Round[] = [];
  const resident = residentMegabytes(program.pid);
  for (let at = 0; at < Number(values.rounds); at += 1) rounds.push(await round(program, load));
  const ratio = (of: 'main' | 'all'): number[] =>
    rounds.map(({ before, on, after }) => (on[0][of] + on[1][of]) / (before[of] + after[of]));
  const offOff = rounds
    .slice(1)
    .map(({ before }, index) => before.main / (rounds[index]?.after.main ?? before.main));
  const perRequest = median(rounds.map(({ before }) => (1000 * before.main) / Number(values.requests))) ?? 0;
  const busy = median(rounds.map(({ before }) => before.main / before.wall)) ?? 0;
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  console.log(
    `Node ${line}: ${String(rounds.length)} rounds, ${perRequest.toFixed(0)} µs per request, ${(100 * busy).toFixed(0)} % busy, ${values.sham ? 'no session at all' : values['no-inject'] ? 'without a probe' : values.exact ? 'exact boundaries' : 'default mode'}, ${values.interval} ms, resident ${resident.toFixed(0)} → ${residentMegabytes(program.pid).toFixed(0)} MB`,
  );
  show('on / off, main thread', ratio('main'));
  show('on / off, all threads', ratio('all'));
  show(
    'after detaching / before attaching',
    rounds.map(({ before, after }) => after.main / before.main),
  );
  show('off / off, control', offOff);
  load.close();
}

console.log(describeMachine());
console.log('CPU time: median, [95 % interval of the median]');
const wanted = values.nodes.split(',');
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  if (wanted.some((line) => node.includes(`/${line}/`))) await measure(node);
}
