// Compares the executor with a bare hand-written pool and with pool libraries: paired rounds in random order, a fresh
// process for each measurement, medians of the ratios to the bare pool of the same round, 95 % intervals.
//   npm run bench -- executor [--quick --rounds N --engines a,b --json FILE]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { medianInterval, seededRandom, shuffle } from './statistics.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    engines: { type: 'string' },
    json: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const all = ['offloop', 'piscina', 'tinypool', 'workerpool', 'poolifier', 'offloopProcess'];
const engines = ['bare', ...(values.engines?.split(',') ?? all)];
const rounds = Number(values.rounds ?? (values.quick ? 3 : 15));
const size = values.quick ? [1_000, 2_000, 40] : [4_000, 8_000, 160];
const metrics = ['importMs', 'coldMs', 'p50', 'p99', 'c1', 'c2', 'c8', 'c64', 'loopP99'];
const random = seededRandom(Number(values.seed));

/** A fixed piece of arithmetic: tells machines apart, and a busy one from an idle one. */
function calibrate() {
  const start = performance.now();
  let value = 1;
  for (let i = 0; i < 50_000_000; i++) value = (value * 1_664_525 + 1_013_904_223) >>> 0;
  return value === 0 ? 0 : performance.now() - start;
}

function measure(engine) {
  const script = fileURLToPath(new URL('measureEngine.mjs', import.meta.url));
  const run = spawnSync(process.execPath, [script, engine, ...size.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
    timeout: 60_000,
  });
  if (run.status !== 0) {
    // An engine that hangs or dies is a result too; it must not cost the others theirs.
    process.stderr.write(`${engine}: ${run.signal ?? `exit code ${run.status}`} ${run.stderr}\n`);
    return undefined;
  }
  return JSON.parse(run.stdout.trim().split('\n').at(-1));
}

const samples = Object.fromEntries(engines.map((engine) => [engine, []]));
const calibrations = [];
for (let round = 0; round < rounds; round++) {
  calibrations.push(calibrate());
  for (const engine of shuffle(engines, random)) samples[engine].push(measure(engine));
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}

const show = ({ median, low, high }, digits) =>
  `${median.toFixed(digits)} [${low.toFixed(digits)}–${high.toFixed(digits)}]`;
const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}, load ${loadavg()[0].toFixed(1)}`;
console.log(`Machine: ${machine}`);
console.log(
  `Calibration: ${show(medianInterval(calibrations), 0)} ms; ${rounds} paired rounds, pool of 2, seed ${values.seed}`,
);
console.log(
  'First row: absolute (ms, ms, µs, µs, tasks/s ×4, ms). Others: import in ms, then ratios to bare, median [95 % interval].\n',
);
console.log(`| engine | import | cold | p50 | p99 | c=1 | c=2 | c=8 | c=64 | loop p99 |`);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
const report = { machine, rounds, calibrationMs: medianInterval(calibrations), engines: {} };
for (const engine of engines) {
  const cells = metrics.map((metric) => {
    const ratios = samples[engine].flatMap((sample, round) => {
      // A bare pool imports nothing: a ratio would say nothing.
      const base = engine === 'bare' || metric === 'importMs' ? 1 : samples.bare[round]?.[metric];
      return sample === undefined || base === undefined ? [] : [sample[metric] / base];
    });
    return medianInterval(ratios);
  });
  report.engines[engine] = Object.fromEntries(metrics.map((metric, index) => [metric, cells[index]]));
  console.log(
    `| ${engine} | ${cells.map((cell, i) => show(cell, engine === 'bare' && i > 3 && i < 8 ? 0 : 2)).join(' | ')} |`,
  );
}
const failures = engines
  .map((engine) => [engine, samples[engine].filter((sample) => sample === undefined).length])
  .filter(([, count]) => count > 0);
console.log(
  failures.length === 0
    ? '\nNo run failed.'
    : `\nRuns that hung or died: ${failures.map(([engine, count]) => `${engine} ${count}`).join(', ')}.`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
