// Puts steady load on the demo and measures what it does to /ping, a route that does nothing:
//   node load.mjs http://127.0.0.1:3000 [--seconds 20] [--rate 4]
import { Agent, get } from 'node:http';
import { parseArgs } from 'node:util';

/**
 * A request that is due while so many of its kind still wait is dropped and counted: on a machine that cannot keep up,
 * the queue stays short.
 */
const mostInFlight = { routes: 6, pings: 40 };
const pingsPerSecond = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '4' },
  },
});
const [base] = positionals;
const seconds = Number(values.seconds);
const rate = Number(values.rate);
if (base === undefined || !URL.canParse(base) || !(seconds > 0) || !(rate > 0)) {
  console.error('Say where the demo listens: node load.mjs http://127.0.0.1:3000 --seconds 20 --rate 4');
  process.exit(2);
}

const agent = new Agent({ keepAlive: true });
const count = { sent: 0, answered: 0, failed: 0, dropped: 0 };
const pings = [];

/** Resolves with the body; rejects unless the status is 200. */
function ask(path) {
  return new Promise((resolve, reject) => {
    const request = get(new URL(path, base), { agent }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`${path} answered ${response.statusCode}`));
      });
    });
    request.on('error', reject);
  });
}

async function measured(path, dueAt) {
  count.sent++;
  try {
    await ask(path);
    count.answered++;
    // From when it was due, not from when it was sent: waiting in line is part of what a user feels.
    if (path === '/ping') pings.push(performance.now() - dueAt);
  } catch (error) {
    count.failed++;
    if (count.failed <= 3) console.error(error.message);
  }
}

/** Begins requests at a fixed rate, however long the answers take, until its time is over and all have come. */
function openLoop(paths, perSecond, most, signal) {
  const startAt = performance.now();
  const waiting = new Set();
  let next = 0;
  const dueAt = () => startAt + (next * 1000) / perSecond;
  const begin = () => {
    for (; dueAt() <= performance.now(); next++) {
      if (waiting.size >= most) {
        count.dropped++;
        continue;
      }
      const request = measured(paths[next % paths.length], dueAt());
      waiting.add(request);
      request.then(() => waiting.delete(request));
    }
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      begin();
      if (next < seconds * perSecond && !signal.aborted) return;
      clearInterval(timer);
      resolve(Promise.all(waiting));
    }, 5);
  });
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN;
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort());
process.on('disconnect', () => process.exit(0)); // whoever started the load over a channel is gone

const routes = JSON.parse(await ask('/routes')).filter(({ missing }) => missing === null);
process.send?.('started');
const paths = routes.map(({ path }) => path);
await Promise.all([
  openLoop(paths, rate, mostInFlight.routes, stop.signal),
  openLoop(['/ping'], pingsPerSecond, mostInFlight.pings, stop.signal),
]);
agent.destroy();

const [p50, p99, most] = [0.5, 0.99, 1].map((share) => `${quantile(pings, share).toFixed(0)} ms`);
console.log(
  `${count.sent} requests, ${count.answered} answered, ${count.failed} failed, ${count.dropped} dropped`,
);
console.log(`/ping (which does nothing): p50 ${p50}, p99 ${p99}, longest ${most}`);
if (process.connected) process.disconnect();
process.exitCode = count.failed > 0 || count.answered === 0 ? 1 : 0;
