// One caller, three workers, a table of numbers; one worker is killed on the way, and nothing is lost. Ends by itself.
// `npm start -w packages/executor-bullmq [-- --tasks N]`
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runInExecutor } from '@offloop/executor';
import { QueueExecutor, type QueueOverview } from '@offloop/executor-bullmq';
import { requireRedis } from '../scripts/redis.mjs';
import { RedisServer } from '../test/support/redisServer.ts';
import { WorkerProcess } from '../test/support/workerProcess.ts';
import { renderReport } from './report.worker.mjs';

const { values } = parseArgs({ options: { tasks: { type: 'string', default: '400' } } });
const wanted = Number(values.tasks);
const queue = 'reports';
const refreshMs = 500;

requireRedis();
const redis = await RedisServer.start();
const cwd = fileURLToPath(new URL('.', import.meta.url));
const args = ['--concurrency', '1', '--lock-duration', '2000'];
const workers = await Promise.all(
  [1, 2, 3].map(() => WorkerProcess.start({ redis: redis.url, queue, cwd, args })),
);
const executor = new QueueExecutor({ connection: redis.url, queue });

const doneBy = new Map<number, number>();
let killed: number | undefined;
let rows = 0;

function draw({ waiting, active, workers: alive }: QueueOverview): void {
  const { done, failed } = executor.stats();
  const lines = workers.map(({ pid }) => {
    const info = alive.find((worker) => worker.pid === pid);
    const state = pid === killed ? 'killed' : info === undefined ? '' : `runs ${info.running}`;
    return `  worker ${String(pid).padEnd(8)} ${state.padEnd(8)} ${String(doneBy.get(pid) ?? 0).padStart(6)} reports`;
  });
  const total = `${done} of ${wanted} done, ${failed} failed, ${active} at work, ${waiting} waiting`;
  const text = [total, ...lines].map((line) => `${line}\x1b[K`).join('\n');
  // On a terminal the table stays where it is.
  const back = process.stdout.isTTY && rows > 0 ? `\x1b[${rows}A` : '';
  process.stdout.write(`${back}${process.stdout.isTTY ? text : text.replaceAll('\x1b[K', '')}\n`);
  rows = lines.length + 1;
}

async function render(number: number): Promise<void> {
  // The executor is the only thing that tells this call from one in a thread.
  const { pid } = await runInExecutor(executor, renderReport, number);
  doneBy.set(pid, (doneBy.get(pid) ?? 0) + 1);
}

const reports = Promise.all(Array.from({ length: wanted }, (_, number) => render(number)));
const table = setInterval(() => {
  executor.overview().then(draw, () => undefined);
}, refreshMs);
while (executor.stats().done < wanted / 3) await new Promise((resolve) => setTimeout(resolve, 20));
const [victim] = workers;
killed = victim?.pid;
await victim?.end('SIGKILL');
await reports;
clearInterval(table);
draw(await executor.overview());

const { done, failed } = executor.stats();
console.log(
  `\nWorker ${String(killed)} was killed on the way: ${done} of ${wanted} reports came back, ${failed} failed.`,
);
await executor.shutdown();
await Promise.all(workers.map((worker) => worker.end('SIGTERM')));
await redis[Symbol.asyncDispose]();
process.exitCode = done === wanted ? 0 : 1;
