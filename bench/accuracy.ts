// How many planted blocks the profiler finds, compared with the target's own record of them.
//   npm run bench -- accuracy [--blocks 300 --nodes 20,24 --loads light --modes default --languages js --peers none
//                              --healthy --verbose]
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCell, type Cell } from './support/accuracyCell.ts';
import type { Comparison, Verdict } from './support/compareBlocks.ts';
import { measureHealthy } from './support/healthyCell.ts';
import { healthyWays } from './support/healthyLoad.ts';
import { describeMachine } from './support/machine.ts';
import { measurePeer, peers, type PeerVerdict } from './support/peers.ts';
import { median, quantile } from './support/statistics.ts';

const { values } = parseArgs({
  options: {
    blocks: { type: 'string', default: '308' },
    nodes: { type: 'string', default: '20,22,24' },
    loads: { type: 'string', default: 'light,saturated' },
    modes: { type: 'string', default: 'default,exact' },
    languages: { type: 'string', default: 'js,ts' },
    peers: { type: 'string', default: peers.join(',') },
    seed: { type: 'string', default: '1' },
    /** Also programs without blocks; `npm run bench -- healthy` has all of their loads. */
    healthy: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** The promised figures, in per cent: recall depends on whether boundaries are exact. */
const promised = {
  recall: 99,
  recallDefault: 95,
  precision: 98,
  median: 5,
  p95: 15,
  p95Default: 25,
  function: 97,
  call: 92,
  cause: 95,
  live: 75,
};

interface Row {
  readonly planted: number;
  readonly recall: number;
  readonly precision: number;
  readonly errorMedian: number;
  readonly errorP95: number;
  readonly function: number;
  readonly call: number;
  readonly cause: number;
  readonly live: number;
}

function rowOf({ verdicts, reported, falseBlocks }: Comparison): Row {
  const found = verdicts.filter(({ reportedMs }) => reportedMs !== null);
  const share = (list: readonly Verdict[], holds: (verdict: Verdict) => boolean): number =>
    list.length === 0 ? 0 : (100 * list.filter(holds).length) / list.length;
  const errors = found.map(
    ({ truthMs, reportedMs }) => (100 * Math.abs((reportedMs ?? 0) - truthMs)) / truthMs,
  );
  const blamed = found.filter(({ starved }) => !starved);
  const withCall = blamed.filter(({ kind }) => kind !== 'microtasks' && kind !== 'ticks');
  return {
    planted: verdicts.length,
    recall: share(verdicts, ({ reportedMs }) => reportedMs !== null),
    precision: reported === 0 ? 0 : (100 * (reported - falseBlocks.length)) / reported,
    errorMedian: median(errors) ?? 0,
    errorP95: quantile(errors, 0.95) ?? 0,
    function: share(blamed, ({ functionRight }) => functionRight),
    call: share(withCall, ({ callRight }) => callRight),
    cause: share(found, ({ causeRight }) => causeRight),
    live: share(withCall, ({ liveRight }) => liveRight),
  };
}

function shortfalls(row: Row, isExact: boolean): readonly string[] {
  const least = (name: keyof Row, figure: number): string[] => (row[name] >= figure ? [] : [name]);
  const most = (name: keyof Row, figure: number): string[] => (row[name] <= figure ? [] : [name]);
  return [
    ...least('recall', isExact ? promised.recall : promised.recallDefault),
    ...least('precision', promised.precision),
    ...most('errorMedian', promised.median),
    ...most('errorP95', isExact ? promised.p95 : promised.p95Default),
    ...least('function', promised.function),
    ...least('call', promised.call),
    ...least('cause', promised.cause),
    ...least('live', promised.live),
  ];
}

function printMisses({ verdicts, falseBlocks }: Comparison): void {
  const byKind = new Map<string, string[]>();
  for (const verdict of verdicts) {
    const wrong = [
      verdict.reportedMs === null ? 'missed' : null,
      verdict.reportedMs !== null && !verdict.functionRight ? 'function' : null,
      verdict.functionRight && !verdict.callRight ? 'call' : null,
      verdict.reportedMs !== null && !verdict.causeRight ? 'cause' : null,
      verdict.reportedMs !== null && Math.abs(verdict.reportedMs - verdict.truthMs) > 0.15 * verdict.truthMs
        ? 'duration'
        : null,
    ].filter((item) => item !== null);
    if (wrong.length === 0 || (verdict.starved && wrong.join('') === 'function')) continue;
    const text = `${wrong.join('+')} by ${verdict.way} at ${verdict.startMs.toFixed(0)}: ${verdict.truthMs.toFixed(0)} ms, reported ${String(verdict.reportedMs)}: ${verdict.said}${verdict.liveRight ? ' (live right)' : ''}`;
    byKind.set(verdict.kind, [...(byKind.get(verdict.kind) ?? []), text]);
  }
  for (const [kind, texts] of byKind) console.log(`    ${kind}\n      ${texts.join('\n      ')}`);
  for (const block of falseBlocks) {
    const [leaf] = block.stack;
    console.log(
      `    false: ${String(block.startMs)} +${String(block.durationMs)} ${block.boundary} ${String(block.parts[0]?.cause)} ${String(leaf?.function)} ${block.stack
        .map((frame) => frame.function)
        .slice(-3)
        .join(' < ')}`,
    );
  }
}

/** As a row of the table; `-` is what the peer does not say. */
function peerRow(verdicts: readonly PeerVerdict[]): string {
  const share = (of: (verdict: PeerVerdict) => boolean | null): string => {
    const said = verdicts.map(of).filter((value) => value !== null);
    if (said.length === 0) return '-';
    return ((100 * said.filter(Boolean).length) / said.length).toFixed(1);
  };
  const errors = verdicts.flatMap(({ truthMs, reportedMs }) =>
    reportedMs === null ? [] : [(100 * Math.abs(reportedMs - truthMs)) / truthMs],
  );
  const errorAt = (value: number | null): string => value?.toFixed(1) ?? '-';
  return [
    String(verdicts.length).padStart(7),
    share(({ found }) => found).padStart(6),
    ''.padStart(9),
    ` ${errorAt(median(errors)).padStart(4)} /${errorAt(quantile(errors, 0.95)).padStart(5)}`,
    share(({ functionRight }) => functionRight).padStart(9),
    share(({ lineRight }) => lineRight).padStart(5),
  ].join(' ');
}

const lineOf = (node: string): string => /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? '?';
const wanted = values.nodes.split(',');
const nodes = (process.env['OFFLOOP_NODES'] ?? process.execPath)
  .split(delimiter)
  .filter((path) => wanted.some((line) => path.includes(`/${line}/`)));
console.log(describeMachine());
console.log(
  'per cent; duration error median / p95; * = below the promised figure, which is named at the end of the row',
);
console.log(
  'node load       mode     lang planted recall precision  duration    function call  cause  live offset',
);
for (const language of (['js', 'ts'] as const).filter((each) => values.languages.split(',').includes(each))) {
  for (const node of nodes) {
    for (const load of values.loads.split(',') as Cell['load'][]) {
      for (const mode of values.modes.split(',') as Cell['mode'][]) {
        const cell: Cell = {
          node,
          load,
          mode,
          language,
          blocks: Number(values.blocks),
          seed: Number(values.seed),
        };
        const line = lineOf(node);
        const comparison = await measureCell(cell);
        const row = rowOf(comparison);
        const short = shortfalls(row, mode === 'exact' || Number(line) >= 24);
        console.log(
          `${line.padEnd(4)} ${load.padEnd(10)} ${mode.padEnd(8)} ${language.padEnd(4)} ${String(row.planted).padStart(7)} ${row.recall.toFixed(1).padStart(6)} ${row.precision.toFixed(1).padStart(9)}  ${row.errorMedian.toFixed(1).padStart(4)} /${row.errorP95.toFixed(1).padStart(5)} ${row.function.toFixed(1).padStart(9)} ${row.call.toFixed(1).padStart(5)} ${row.cause.toFixed(1).padStart(5)} ${row.live.toFixed(1).padStart(5)} ${comparison.offsetMs.toFixed(1).padStart(6)}${short.length === 0 ? '' : ` * ${short.join(', ')}`}`,
        );
        if (values.verbose) printMisses(comparison);
      }
    }
  }
}

/** Programs that are busy with short callbacks: each block is false. */
async function printHealthy(node: string, mode: Cell['mode']): Promise<void> {
  const counts: string[] = [];
  for (const way of healthyWays) {
    const loads = [0.2, 1, 5, 20].flatMap((ms) =>
      [3, 64].map((connections) => ({ way, ms, connections, restMs: 0 })),
    );
    const series = { node, mode, loads, lastsMs: 600, attachUnderLoad: true, hasContext: false };
    const { outcomes } = await measureHealthy(series);
    counts.push(`${way} ${String(outcomes.reduce((sum, { blocks }) => sum + blocks.length, 0))}`);
  }
  console.log(`${lineOf(node).padEnd(4)} healthy    ${mode.padEnd(8)} false blocks: ${counts.join(', ')}`);
}

for (const node of values.healthy ? nodes : []) {
  for (const mode of values.modes.split(',') as Cell['mode'][]) await printHealthy(node, mode);
}

const chosen = peers.filter((peer) => values.peers.split(',').includes(peer));
if (chosen.length > 0) {
  console.log(
    'peers on the same plan, per cent; found = it reported something during the block, function and line = anywhere in the stack it gave (cpuprofile: among the first rows by self time)',
  );
  console.log('node load       peer              planted  found            duration    function  line');
}
for (const node of chosen.length > 0 ? nodes : []) {
  for (const load of values.loads.split(',') as Cell['load'][]) {
    for (const peer of chosen) {
      const cell: Cell = {
        node,
        load,
        mode: 'default',
        language: 'js',
        blocks: Number(values.blocks),
        seed: Number(values.seed),
      };
      const verdicts = await measurePeer(cell, peer);
      console.log(`${lineOf(node).padEnd(4)} ${load.padEnd(10)} ${peer.padEnd(17)} ${peerRow(verdicts)}`);
    }
  }
}
