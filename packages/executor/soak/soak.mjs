// Runs many tasks of which some fail, exit, crash, are aborted, time out or cannot be cloned, in workers that are
// recycled all the while. Every promise must settle as its kind demands, nothing may grow, and the process must end by
// itself. `npm run soak -w packages/executor -- [--tasks N] [--seconds S] [--seed N] [--kind thread|process]`
import { subscribe } from 'node:diagnostics_channel';
import { parseArgs } from 'node:util';
import v8 from 'node:v8';
import vm from 'node:vm';
import { ProcessPoolExecutor, ThreadPoolExecutor } from '@offloop/executor';
import { seededRandom } from '../bench/statistics.mjs';
import { crash, exit, fail, later, reverse, spin, square } from './soak.worker.mjs';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    kind: { type: 'string', default: 'thread' },
  },
});
const wanted = Number(values.tasks);
const deadline = performance.now() + Number(values.seconds) * 1000;
const random = seededRandom(Number(values.seed));
v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

const maxWorkers = 2;
const Pool = values.kind === 'process' ? ProcessPoolExecutor : ThreadPoolExecutor;
const pool = new Pool({ maxWorkers, maxTasksPerWorker: 500, idleTimeout: 500, name: 'soak' });

// How often each task has ended, by its id: once is the promise.
const ends = new Uint8Array(wanted + 1_000);
subscribe('offloop.executor.task.end', ({ id }) => ends[id]++);

const outcomes = {};
const problems = [];
const note = (kind) => (outcomes[kind] = (outcomes[kind] ?? 0) + 1);
const expectThat = (condition, text) => {
  if (!condition && problems.length < 20) problems.push(text);
};
const isCode = (error, code) => error?.code === code;

/** Kinds of task by share; each answers with [promise, check of the value, check of the error]. */
const kinds = [
  [0.7555, 'square', (i) => [pool.submit(square, i), (value) => value === i * i]],
  [0.1, 'later', (i) => [pool.submit(later, i), (value) => value === i]],
  [
    0.05,
    'buffer',
    () => [
      pool.submit(reverse, Buffer.from('abc')),
      (value) => Buffer.isBuffer(value) && value.toString() === 'cba',
    ],
  ],
  [
    0.05,
    'fail',
    (i) => [pool.submit(fail, i), undefined, (error) => error instanceof RangeError && error.value === i],
  ],
  [0.03, 'cancel', (i) => cancelled(pool.submit(square, i))],
  [
    0.012,
    'unclonable',
    () => [pool.submit(square, () => 1), undefined, (error) => isCode(error, 'ERR_DATA_CLONE')],
  ],
  [0.0005, 'exit', () => [pool.submit(exit), undefined, (error) => isCode(error, 'ERR_WORKER_EXITED')]],
  [0.0005, 'crash', () => [pool.submit(crash), undefined, (error) => isCode(error, 'ERR_WORKER_CRASHED')]],
  [0.001, 'abort', () => aborted()],
  [
    0.0005,
    'timeout',
    () => [
      pool.with({ runTimeout: 2 }).submit(spin),
      undefined,
      (error) => isCode(error, 'ERR_TASK_TIMEOUT'),
    ],
  ],
];

function cancelled(promise) {
  queueMicrotask(() => promise.cancel('changed my mind'));
  return [promise, () => true, (error) => error === 'changed my mind'];
}

function aborted() {
  const controller = new AbortController();
  const promise = pool.with({ signal: controller.signal }).submit(spin);
  void promise.started.then(() => controller.abort('enough'));
  return [promise, undefined, (error) => error === 'enough'];
}

function pick() {
  let left = random();
  for (const kind of kinds) if ((left -= kind[0]) < 0) return kind;
  return kinds[0];
}

let submitted = 0;
let settled = 0;

async function one() {
  const index = submitted++;
  const [, name, start] = pick();
  const [promise, isValue, isExpected] = start(index);
  try {
    const value = await promise;
    expectThat(isValue?.(value) === true, `${name} ${index} resolved with ${String(value)}`);
    note(`${name}: fulfilled`);
  } catch (error) {
    // Nobody else's crash may reach this task.
    expectThat(
      isExpected?.(error) === true,
      `${name} ${index} rejected with ${error?.stack ?? String(error)}`,
    );
    note(`${name}: rejected`);
  }
  settled++;
}

async function lane() {
  while (submitted < wanted && performance.now() < deadline) {
    await one();
    expectThat(pool.stats().workers <= maxWorkers, `${pool.stats().workers} workers`);
  }
}

const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
const memory = () => {
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: megabytes(heapUsed), rssMb: megabytes(rss) };
};

const lanes = 16;
const started = performance.now();
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (let i = 0; i < 50; i++) await one();
  }),
);
const before = memory();
await Promise.all(Array.from({ length: lanes }, lane));
const stats = pool.stats();
await pool.shutdown();
const after = memory();

expectThat(settled === submitted, `${submitted - settled} promises never settled`);
const endedOnce = ends.subarray(1, submitted + 1).every((count) => count === 1);
expectThat(endedOnce, 'a task ended more or less often than once');
expectThat(
  stats.done + stats.failed + stats.cancelled === submitted,
  `the counts do not add up: ${JSON.stringify(stats)}`,
);
expectThat(stats.queued === 0 && stats.running === 0, `not drained: ${JSON.stringify(stats)}`);
expectThat(pool.stats().workers === 0, 'workers are left');
expectThat(after.heapMb - before.heapMb < 16, `the heap grew from ${before.heapMb} to ${after.heapMb} MB`);

const seconds = Math.round((performance.now() - started) / 100) / 10;
console.log(
  JSON.stringify(
    {
      kind: values.kind,
      seed: Number(values.seed),
      submitted,
      settled,
      seconds,
      outcomes,
      stats,
      before,
      after,
      problems,
    },
    null,
    2,
  ),
);
// No process.exit(): that the process ends by itself is part of the promise.
process.exitCode = problems.length === 0 ? 0 : 1;
