// Measures one engine in a process of its own and prints the numbers as JSON.
// Arguments: engine name, round trips, tasks per level of concurrency, saturating tasks.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const [name, trips, tasks, saturating] = process.argv
  .slice(2)
  .map((text, index) => (index === 0 ? text : Number(text)));
const importStart = performance.now();
const { open } = await import(new URL(`engines/${name}.mjs`, import.meta.url).href);
const importMs = performance.now() - importStart;
const poolSize = 2;

const coldStart = performance.now();
const pool = open(poolSize);
if ((await pool.plusOne(1)) !== 2) throw new Error(`${name} gave a wrong answer`);
const coldMs = performance.now() - coldStart;

async function roundTrips(count) {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await pool.plusOne(i);
    times[i] = (performance.now() - start) * 1000;
  }
  return times.sort();
}

async function throughput(concurrency, count) {
  let next = 0;
  const lane = async () => {
    while (next++ < count) await pool.plusOne(next);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, lane));
  return (count / (performance.now() - start)) * 1000;
}

// The loop's delay while both workers and a queue are busy: what other requests of the program feel.
async function loopDelay(count) {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  for (let round = 0; round < count; round += 8)
    await Promise.all(Array.from({ length: 8 }, () => pool.busyFor(5)));
  histogram.disable();
  return histogram.percentile(99) / 1e6;
}

await Promise.all([throughput(8, tasks), roundTrips(1000)]);
const times = await roundTrips(trips);
const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
const result = { importMs, coldMs, p50: at(0.5), p99: at(0.99) };
for (const concurrency of [1, 2, 8, 64]) result[`c${concurrency}`] = await throughput(concurrency, tasks);
result.loopP99 = await loopDelay(saturating);
console.log(JSON.stringify(result));
await pool.close();
process.exit(0);
