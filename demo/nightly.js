// A job without a server: it sums up a year of orders, seals the result and packs it.
//   offloop run -- node demo/nightly.js
import { scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { smoothedRevenue } from './reports/statistics.js';

const makeOrder = (_, id) => ({ id, day: (id * 31) % 365, cents: 100 + ((id * 7919) % 90_000) });

/** Writes the orders that the job works on. */
async function prepare(folder) {
  const file = join(folder, 'orders.json');
  const orders = Array.from({ length: 300_000 }, makeOrder);
  await writeFile(file, JSON.stringify(orders)); // block: serialization JSON.stringify
  return file;
}

async function readOrders(file) {
  const text = readFileSync(file, 'utf8');
  return JSON.parse(text); // block: serialization JSON.parse
}

async function sumUp(orders) {
  return smoothedRevenue(orders.slice(0, 20_000), 14); // block: cpu smoothedRevenue
}

async function seal(totals) {
  const key = scryptSync(JSON.stringify(totals), 'nightly', 32, { N: 2 ** 15, maxmem: 2 ** 26 }); // block: crypto scryptSync
  return key.toString('hex');
}

async function pack(file) {
  const lines = readFileSync(file);
  return gzipSync(lines, { level: 4 }); // block: compression gzipSync
}

const folder = await mkdtemp(join(tmpdir(), 'offloop-nightly-'));
try {
  const file = await prepare(folder);
  await pause(20); // lets other timers run, as a real job would between its steps
  const orders = await readOrders(file);
  await pause(20);
  const totals = await sumUp(orders);
  await pause(20);
  const sealed = await seal(totals);
  await pause(20);
  const packed = await pack(file);
  console.log(`Packed ${orders.length} orders into ${packed.length} bytes, seal ${sealed.slice(0, 16)}.`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
