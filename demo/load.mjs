// Puts steady load on the demo and measures what it does to /ping, a route that does nothing:
//   node load.mjs http://127.0.0.1:3000 [--seconds 20] [--rate 4]
import { Agent, get } from 'node:http';
import { parseArgs } from 'node:util';

/** A request that was not begun because so many wait already is counted as dropped: the load cannot grow without end. */
const mostInFlight = 100;
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
let inFlight = 0;

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
  if (inFlight >= mostInFlight) {
    count.dropped++;
    return;
  }
  count.sent++;
  inFlight++;
  try {
    await ask(path);
    count.answered++;
    // From when it was due, not from when it was sent: waiting in line is part of what a user feels.
    if (path === '/ping') pings.push(performance.now() - dueAt);
  } catch (error) {
    count.failed++;
    if (count.failed <= 3) console.error(error.message);
  } finally {
    inFlight--;
  }
}

/** Begins requests at a fixed rate, however long the answers take. */
function openLoop(paths, perSecond, startAt, signal) {
  const done = [];
  let next = 0;
  const begin = () => {
    const now = performance.now();
    while (startAt + (next * 1000) / perSecond <= now && next < seconds * perSecond) {
      done.push(measured(paths[next % paths.length], startAt + (next * 1000) / perSecond));
      next++;
    }
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      begin();
      if (next < seconds * perSecond && !signal.aborted) return;
      clearInterval(timer);
      resolve(Promise.all(done));
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
const startAt = performance.now();
await Promise.all([
  openLoop(
    routes.map(({ path }) => path),
    rate,
    startAt,
    stop.signal,
  ),
  openLoop(['/ping'], pingsPerSecond, startAt, stop.signal),
]);
agent.destroy();

const [p50, p99, most] = [0.5, 0.99, 1].map((share) => `${quantile(pings, share).toFixed(0)} ms`);
console.log(
  `${count.sent} requests, ${count.answered} answered, ${count.failed} failed, ${count.dropped} dropped`,
);
console.log(`/ping (which does nothing): p50 ${p50}, p99 ${p99}, longest ${most}`);
if (process.connected) process.disconnect();
process.exitCode = count.failed > 0 || count.answered === 0 ? 1 : 0;
