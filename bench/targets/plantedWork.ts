// What is planted: each kind has one function around one call; `size` decides how long it takes.
import * as child from 'node:child_process';
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import * as zlib from 'node:zlib';

const require = createRequire(path.join(process.cwd(), 'planted.cjs'));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'offloop-planted-'));
process.on('exit', () => {
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The clock of the record, which is also that of V8's profiles, µs. */
export const now = (): number => Number(process.hrtime.bigint() / 1000n);

const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, at) => `${String(at * 7919)},`).join(''));
const rowsOf = (count: number): object[] =>
  Array.from({ length: count }, (_, id) => ({
    id,
    name: `row ${String(id)}`,
    tags: ['a', 'b'],
    nested: { id },
  }));
const cell = new Int32Array(new SharedArrayBuffer(4));
const nested = /^(a+)+$/;
/** A file that is always there. */
export const file = path.join(folder, 'data.bin');
fs.writeFileSync(file, Buffer.alloc(512 * 1024, 7));
for (let at = 0; at < 400; at += 1) {
  const text = `exports.value${String(at)} = function () { return ${String(at)}; };\n`.repeat(20);
  fs.writeFileSync(path.join(folder, `part${String(at)}.cjs`), text);
}

const wasmBytes = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 8, 1, 4, 115, 112, 105, 110, 0, 0,
  10, 18, 1, 16, 0, 3, 64, 32, 0, 65, 1, 107, 34, 0, 13, 0, 11, 32, 0, 11,
];
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: { readonly spin: (count: number) => number };
  };
}
const wasm = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;
const instance = new wasm.Instance(new wasm.Module(Uint8Array.from(wasmBytes)));

interface Statement {
  get(count: number): unknown;
}
interface Sqlite {
  readonly DatabaseSync: new (path: string) => { prepare(sql: string): Statement };
}
/** Node 20 has no such module. */
const sqlite = 'node:sqlite';
function openDatabase(): Statement | null {
  try {
    const { DatabaseSync } = require(sqlite) as Sqlite;
    return new DatabaseSync(':memory:').prepare(
      'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ?) SELECT sum(x) AS sum FROM c',
    );
  } catch {
    return null;
  }
}
const statement = openDatabase();

function fibonacci(value: number): number {
  return value < 2 ? value : fibonacci(value - 1) + fibonacci(value - 2);
}

function countPrimes(limit: number): number {
  let primes = 0;
  for (let candidate = 2; candidate < limit; candidate += 1) {
    let divisor = 2;
    while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor += 1;
    if (divisor * divisor > candidate) primes += 1;
  }
  return primes;
}

function renderRows(count: number): string {
  let html = '';
  for (let at = 0; at < count; at += 1) html += `<tr><td>${String(at)}</td><td>${String(at * 3)}</td></tr>`;
  return html;
}

function forgetModules(count: number): void {
  for (let at = 0; at < count; at += 1) {
    const name = path.join(folder, `part${String(at % 400)}.cjs`);
    Reflect.deleteProperty(require.cache, name);
  }
}

function hashPassword(size: number): void {
  crypto.pbkdf2Sync('password', 'salt', size, 32, 'sha256');
}
function deriveKey(size: number): void {
  for (let at = 0; at < size; at += 1) crypto.scryptSync('password', 'salt', 32, { N: 1024 });
}
function digest(size: number): void {
  for (let at = 0; at < size; at += 1) crypto.createHash('sha512').update(bytes).digest();
}
function compress(size: number): void {
  for (let at = 0; at < size; at += 1) zlib.gzipSync(bytes);
}
function compressHard(size: number): void {
  for (let at = 0; at < size; at += 1) zlib.brotliCompressSync(bytes, { params: { 1: 5 } });
}
const rowText = JSON.stringify(rowsOf(1)[0]);
const textOf = (size: number): string => `[${`${rowText},`.repeat(size)}0]`;
/** A table to answer with. */
export const rows = rowsOf(60_000);
function readJson(text: string): unknown {
  return JSON.parse(text);
}
function writeJson(list: readonly object[]): string {
  return JSON.stringify(list);
}
function copyRows(list: readonly object[]): unknown {
  return structuredClone(list);
}
function matchWords(words: string): boolean {
  return nested.test(words);
}
function pause(size: number): void {
  Atomics.wait(cell, 0, 0, size);
}
function runTool(size: number): void {
  child.execFileSync('/bin/sleep', [String(size / 1000)]);
}
function readFiles(size: number): void {
  for (let at = 0; at < size; at += 1) fs.readFileSync(file);
}
function writeFiles(size: number): void {
  for (let at = 0; at < size; at += 1) fs.writeFileSync(`${file}.copy`, bytes);
}
function query(size: number): void {
  statement?.get(size);
}
function loadModules(size: number): void {
  forgetModules(size);
  for (let at = 0; at < size; at += 1) require(path.join(folder, `part${String(at % 400)}.cjs`));
}
function spinWasm(size: number): void {
  instance.exports.spin(size);
}
function sortRows(size: number): number[] {
  const values = Array.from({ length: size }, (_, at) => (at * 7919) % 10_007);
  return values.sort((a, b) => a - b);
}
function computeFibonacci(size: number): void {
  for (let at = 0; at < size; at += 1) fibonacci(15);
}
function computePrimes(size: number): void {
  for (let at = 0; at < size; at += 1) countPrimes(2_000);
}
function renderPage(size: number): string {
  return renderRows(size);
}

/** A piece of work that is short by itself; chains of it starve the loop. */
function smallStep(): void {
  const end = now() + 400;
  while (now() < end) Math.sqrt(end);
}
/** A chain of microtasks, each of which is short. */
export function chainMicrotasks(until: number, done: () => void): void {
  function nextMicrotask(): void {
    smallStep();
    if (now() < until) void Promise.resolve().then(nextMicrotask);
    else done();
  }
  nextMicrotask();
}
/** A chain of ticks, each of which is short. */
export function chainTicks(until: number, done: () => void): void {
  function nextTick(): void {
    smallStep();
    if (now() < until) process.nextTick(nextTick);
    else done();
  }
  nextTick();
}

type Work = (ms: number) => void;
/** How much work takes a millisecond here, measured once before anything is planted. */
function calibrated(run: (size: number) => void, first: number): Work {
  let size = first;
  let took = 0;
  for (let round = 0; round < 24 && took < 12_000; round += 1) {
    size = round === 0 ? first : size * 2;
    const start = now();
    run(size);
    took = now() - start;
  }
  // Once more: by now it is compiled.
  const start = now();
  run(size);
  const perMs = size / ((now() - start) / 1000);
  return (ms) => {
    run(Math.max(1, Math.round(perMs * ms)));
  };
}
/** The regular expression takes twice as long for each letter more. */
function calibratedRegex(): Work {
  let letters = 14;
  let took = 0;
  while (took < 12_000) {
    letters += 1;
    const start = now();
    matchWords(`${'a'.repeat(letters)}!`);
    took = now() - start;
  }
  return (ms) => {
    const more = Math.max(0, Math.ceil(Math.log2(ms / (took / 1000)) - 0.4));
    matchWords(`${'a'.repeat(letters + more)}!`);
  };
}

/** What can be planted; null where this Node has no such thing. */
export const kinds: Readonly<Record<string, Work | null>> = {
  hashPassword: calibrated(hashPassword, 200),
  deriveKey: calibrated(deriveKey, 1),
  digest: calibrated(digest, 4),
  compress: calibrated(compress, 1),
  compressHard: calibrated(compressHard, 1),
  readJson: calibrated((size) => {
    readJson(textOf(size));
  }, 1000),
  writeJson: calibrated((size) => {
    writeJson(rows.slice(0, size));
  }, 1000),
  copyRows: calibrated((size) => {
    copyRows(rows.slice(0, size));
  }, 500),
  matchWords: calibratedRegex(),
  pause,
  runTool: (ms) => {
    runTool(Math.max(1, ms - 4));
  },
  readFiles: calibrated(readFiles, 4),
  writeFiles: calibrated(writeFiles, 4),
  query: statement === null ? null : calibrated(query, 1000),
  loadModules: calibrated(loadModules, 4),
  spinWasm: calibrated(spinWasm, 100_000),
  sortRows: calibrated(sortRows, 5000),
  computeFibonacci: calibrated(computeFibonacci, 20),
  computePrimes: calibrated(computePrimes, 4),
  renderPage: calibrated(renderPage, 2000),
};
