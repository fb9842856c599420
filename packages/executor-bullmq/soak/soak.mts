// Runs many tasks through a queue while its workers are killed, Redis is restarted and cables are cut. Every promise must
// settle once, as its kind demands; every task that was not cancelled must have left its mark at least once.
// `npm run soak -w packages/executor-bullmq -- [--tasks N] [--seed N] [--faults N]`
import { subscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { TaskEvent } from '@offloop/executor';
import { QueueExecutor } from '@offloop/executor-bullmq';
import { RedisServer } from '../test/support/redisServer.ts';
import { TcpProxy } from '../test/support/tcpProxy.ts';
import { Chaos, seededRandom } from './faults.mts';
import { pickKind, startTask, type Kind } from './taskKinds.mts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '100' },
  },
});
const wanted = Number(values.tasks);
const faults = Number(values.faults);
const random = seededRandom(Number(values.seed));
const workers = 4;
const lanes = 256;
// Nothing at all for so long is a hang; taking tasks over takes a few seconds.
const silenceMs = 90_000;

const folder = mkdtempSync(join(tmpdir(), 'offloop-soak-'));
const problems: string[] = [];
const outcomes: Record<string, number> = {};
const kinds: Kind[] = [];
// By the executor's own numbers, which start at 1.
const ends = new Uint8Array(wanted + 1);
let submitted = 0;
let settled = 0;

function expectThat(condition: boolean, text: string): void {
  if (!condition && problems.length < 20) problems.push(text);
}

async function runOne(executor: QueueExecutor): Promise<void> {
  const id = submitted++;
  const kind = (kinds[id] = pickKind(random));
  const { promise, isRight } = startTask(executor, kind, { folder, id, random });
  let value: unknown;
  let error: unknown;
  try {
    value = await promise;
  } catch (reason) {
    error = reason;
  }
  const how = `${kind}: ${error === undefined ? 'fulfilled' : 'rejected'}`;
  outcomes[how] = (outcomes[how] ?? 0) + 1;
  expectThat(isRight(value, error), `${how} ${id} with ${String(error ?? value)}`);
  settled++;
}

/** Counts how often tasks ran, by the marks they left. */
function checkMarks(): { readonly runs: number; readonly ranAgain: number; readonly lost: number } {
  const marks = new Uint16Array(wanted);
  for (const name of readdirSync(folder))
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n'))
      if (line !== '') marks[Number(line)] = (marks[Number(line)] ?? 0) + 1;
  const lost = [...marks.keys()].filter((id) => marks[id] === 0 && kinds[id] !== 'cancel');
  for (const id of lost) expectThat(false, `${String(kinds[id])} ${id} left no mark`);
  return {
    runs: marks.reduce((sum, count) => sum + count, 0),
    ranAgain: marks.filter((count) => count > 1).length,
    lost: lost.length,
  };
}

function watchForSilence(): NodeJS.Timeout {
  let seen = -1;
  return setInterval(() => {
    if (settled === seen) {
      console.error(`Nothing ended for ${silenceMs / 1_000} s: ${submitted - settled} tasks are open`);
      process.exit(1);
    }
    seen = settled;
  }, silenceMs);
}

async function runAll(executor: QueueExecutor, chaos: Chaos): Promise<void> {
  let struck = 0;
  const lane = async (): Promise<void> => {
    while (submitted < wanted) {
      await runOne(executor);
      if (settled < ((struck + 1) * wanted) / (faults + 1)) continue;
      struck++;
      chaos.strike();
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, wanted) }, lane));
}

const redis = await RedisServer.start();
const cables = { workers: await TcpProxy.open(redis.port), caller: await TcpProxy.open(redis.port) };
const chaos = new Chaos(redis, cables, random);
await chaos.start(workers);
const executor = new QueueExecutor({
  connection: cables.caller.url,
  queue: 'soak',
  reconcileInterval: 1_000,
});
subscribe('offloop.executor.task.end', (event) => {
  const { id } = event as TaskEvent;
  ends[id] = (ends[id] ?? 0) + 1;
});

const started = performance.now();
const watch = watchForSilence();
await runAll(executor, chaos);
clearInterval(watch);
const seconds = Math.round((performance.now() - started) / 1_000);
const stats = executor.stats();
await executor.shutdown();
await chaos.end();

const marks = checkMarks();
const settledOnce = ends.filter((count) => count === 1).length;
expectThat(settled === wanted, `${wanted - settled} promises never settled`);
expectThat(settledOnce === wanted, 'a task ended more or less often than once');
expectThat(stats.done + stats.failed + stats.cancelled === wanted, `counts: ${JSON.stringify(stats)}`);
for (const cable of Object.values(cables)) await cable[Symbol.asyncDispose]();
await redis[Symbol.asyncDispose]();
rmSync(folder, { recursive: true, force: true });
const report = { node: process.version, tasks: wanted, seed: Number(values.seed), workers, seconds };
console.log(
  JSON.stringify({ ...report, faults: chaos.counts, outcomes, settledOnce, ...marks, problems }, null, 2),
);
process.exitCode = problems.length === 0 ? 0 : 1;
