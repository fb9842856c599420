// Tasks through the queue, compared with plain BullMQ in pairs: both engines on the same Redis, one after the other in each
// round, in changing order. The figure is the median of the ratios within the rounds.
//   npm run bench -- queue [--tasks N --rounds N --concurrency N]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { RedisServer } from '../test/support/redisServer.ts';
import { offloopQueue, plainBullmq, type Engine } from './engines.mts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: '2' },
  },
});
const tasks = Number(values.tasks);
const concurrency = Number(values.concurrency);
const inFlight = 64;
const singles = 300;
const warmUps = 200;

/** What one engine did in one round. */
interface Reading {
  readonly tasksPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function measure(engine: Engine): Promise<Reading> {
  for (let value = 0; value < warmUps; value++) await engine.double(value);
  const times: number[] = [];
  for (let value = 0; value < singles; value++) {
    const started = performance.now();
    await engine.double(value);
    times.push(performance.now() - started);
  }
  times.sort((one, other) => one - other);
  const started = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < tasks) {
      const value = next++;
      const result = await engine.double(value);
      if (result !== value * 2) throw new Error(`${engine.name}: twice ${value} is ${result}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - started) / 1_000;
  const at = (share: number): number => times[Math.floor(share * times.length)] ?? 0;
  return { tasksPerSecond: tasks / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

const makers = [plainBullmq, offloopQueue];
const readings: Reading[][] = [[], []];
for (let round = 0; round < Number(values.rounds); round++) {
  // A fresh Redis for each round: neither engine pays for what the other left behind.
  await using redis = await RedisServer.start();
  for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
    const engine = await makers[index]!(redis.url, `bench-${index}`, concurrency);
    readings[index]!.push(await measure(engine));
    await engine.close();
  }
}

const [plain = [], own = []] = readings;
const show = (name: string, list: readonly Reading[]): void => {
  const of = (key: keyof Reading): number => median(list.map((reading) => reading[key]));
  console.log(
    `${name.padEnd(26)} ${of('tasksPerSecond').toFixed(0).padStart(6)} tasks/s   p50 ${of('p50Ms').toFixed(2)} ms   p99 ${of('p99Ms').toFixed(2)} ms`,
  );
};
const ratio = (key: keyof Reading): number =>
  median(own.map((reading, round) => reading[key] / (plain[round]?.[key] ?? NaN)));
console.log(
  `Node ${process.version}, ${cpus().length} CPUs, ${tasks} tasks with ${inFlight} in flight, one worker with concurrency ${concurrency}, ${values.rounds} rounds`,
);
show('plain BullMQ', plain);
show('@offloop/executor-bullmq', own);
console.log(`throughput ${ratio('tasksPerSecond').toFixed(2)}× of plain BullMQ (aim: at least 0.9×)`);
console.log(`p50        ${ratio('p50Ms').toFixed(2)}× of plain BullMQ (aim: at most 1.3×)`);
