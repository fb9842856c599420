// When offloading pays: main-thread busy time and wall time of some calls, run in place, in the executor, and by their
// native asynchronous version if there is one. Medians with 95 % intervals over paired rounds.
//   npm run bench -- offload [--rounds N]
import crypto from 'node:crypto';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { promisify, parseArgs } from 'node:util';
import zlib from 'node:zlib';
import { ThreadPoolExecutor } from '@offloop/executor';
import { medianInterval, seededRandom, shuffle } from './statistics.mjs';
import { countParsed, plus } from './workers/tasks.worker.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const pool = new ThreadPoolExecutor({ maxWorkers: 2 });
await pool.prestart();

const records = (count) =>
  Array.from({ length: count }, (_, id) => ({
    id,
    name: `user ${id}`,
    tags: ['a', 'b', 'c'],
    score: id / 7,
  }));
const json = JSON.stringify(records(100_000));
const bytes = crypto.randomBytes(2_500_000).toString('hex');
const buffer = Buffer.from(bytes);
const list = records(5_000);
const megabyte = Buffer.alloc(1_000_000, 1);
const pbkdf2 = promisify(crypto.pbkdf2);
const gzip = promisify(zlib.gzip);
const mb = (length) => `${(length / 1e6).toFixed(1)} MB`;

/** [what, way, call]; the ways of one thing are compared with each other. */
const calls = [
  [`JSON.parse of ${mb(json.length)}, object returned`, 'in place', () => JSON.parse(json)],
  [`JSON.parse of ${mb(json.length)}, object returned`, 'executor', () => pool.submit(JSON.parse, json)],
  [`JSON.parse of ${mb(json.length)}, reduced to a number`, 'in place', () => JSON.parse(json).length],
  [`JSON.parse of ${mb(json.length)}, reduced to a number`, 'executor', () => pool.submit(countParsed, json)],
  [`gzip of a ${mb(buffer.length)} Buffer`, 'in place', () => zlib.gzipSync(buffer)],
  [`gzip of a ${mb(buffer.length)} Buffer`, 'executor', () => pool.submit(zlib.gzipSync, buffer)],
  [`gzip of a ${mb(buffer.length)} Buffer`, 'native async', () => gzip(buffer)],
  ['pbkdf2, 100 000 rounds', 'in place', () => crypto.pbkdf2Sync('a', 'b', 100_000, 32, 'sha256')],
  [
    'pbkdf2, 100 000 rounds',
    'executor',
    () => pool.submit(crypto.pbkdf2Sync, 'a', 'b', 100_000, 32, 'sha256'),
  ],
  ['pbkdf2, 100 000 rounds', 'native async', () => pbkdf2('a', 'b', 100_000, 32, 'sha256')],
  ['one addition, 1 000 times', 'in place', () => repeat(() => 1 + 1)],
  ['one addition, 1 000 times', 'executor', () => repeat(() => pool.submit(plus, 1))],
  [
    '5 000 small objects there and back',
    'executor',
    () => pool.submit({ module: 'global', export: 'Array.of' }, list),
  ],
  ['1 MB Buffer there, its length back', 'executor', () => pool.submit(Buffer.byteLength, megabyte)],
];

async function repeat(call) {
  for (let i = 0; i < 1_000; i++) await call();
}

async function measure(call) {
  const before = performance.eventLoopUtilization();
  const start = performance.now();
  await call();
  const wall = performance.now() - start;
  // What a call leaves to be done belongs to it: a result arrives in a turn of the loop of its own.
  await new Promise((resolve) => setImmediate(resolve));
  return { wall, busy: performance.eventLoopUtilization(before).active };
}

const random = seededRandom(1);
const samples = calls.map(() => []);
for (const [, , call] of calls) await call();
for (let round = 0; round < Number(values.rounds); round++)
  for (const index of shuffle([...calls.keys()], random)) samples[index].push(await measure(calls[index][2]));

const show = (numbers) => {
  const { median, low, high } = medianInterval(numbers);
  return `${median.toFixed(1)} [${low.toFixed(1)}–${high.toFixed(1)}]`;
};
console.log(
  `Machine: ${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}, load ${loadavg()[0].toFixed(1)}; ${values.rounds} rounds.`,
);
console.log('Milliseconds, median [95 % interval].\n');
console.log('| call | way | main thread busy | until the result |\n| --- | --- | --- | --- |');
for (const [index, [what, way]] of calls.entries())
  console.log(
    `| ${what} | ${way} | ${show(samples[index].map(({ busy }) => busy))} | ${show(samples[index].map(({ wall }) => wall))} |`,
  );
