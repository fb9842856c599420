import type { Cause } from '../../src/report/cause.ts';

/** What the report should say about one kind of planted block. */
export interface Expectation {
  readonly cause: Cause;
  /** Another cause that is as right: which of the two takes most of the time is up to the machine. */
  readonly orCause?: Cause;
  /** The function in which the call stands. */
  readonly function: string;
  /** How the call begins in the source; null where there is no single call to name. */
  readonly call: string | null;
}

const call = (cause: Cause, name: string, text: string): Expectation => ({
  cause,
  function: name,
  call: text,
});

/** By kind, as `targets/planted.ts` plants them. */
export const expectations: Readonly<Record<string, Expectation>> = {
  hashPassword: call('crypto', 'hashPassword', 'crypto.pbkdf2Sync('),
  deriveKey: call('crypto', 'deriveKey', 'crypto.scryptSync('),
  digest: call('crypto', 'digest', 'crypto.createHash("sha512").update('),
  compress: call('compression', 'compress', 'zlib.gzipSync('),
  compressHard: call('compression', 'compressHard', 'zlib.brotliCompressSync('),
  readJson: call('serialization', 'readJson', 'JSON.parse('),
  writeJson: call('serialization', 'writeJson', 'JSON.stringify('),
  copyRows: call('serialization', 'copyRows', 'structuredClone('),
  matchWords: call('regex', 'matchWords', 'nested.test('),
  pause: call('wait', 'pause', 'Atomics.wait('),
  runTool: call('child-process', 'runTool', 'child.execFileSync('),
  readFiles: call('sync-io', 'readFiles', 'fs.readFileSync('),
  writeFiles: call('sync-io', 'writeFiles', 'fs.writeFileSync('),
  query: call('database', 'query', 'statement?.get('),
  loadModules: call('module-load', 'loadModules', 'require(path.join('),
  spinWasm: call('wasm', 'spinWasm', 'instance.exports.spin('),
  sortRows: call('cpu', 'sortRows', 'values.sort('),
  computeFibonacci: call('cpu', 'computeFibonacci', 'fibonacci(15'),
  computePrimes: call('cpu', 'computePrimes', 'countPrimes('),
  // Hardly more than garbage: on some machines its collection takes longer than making it.
  renderPage: { ...call('cpu', 'renderPage', 'renderRows('), orCause: 'gc' },
  microtasks: { cause: 'microtask-starvation', function: 'nextMicrotask', call: null },
  ticks: { cause: 'microtask-starvation', function: 'nextTick', call: null },
};

/** Where a planted call stands in the source, 1-based; null when the text is not there. */
export function placeOf(
  source: string,
  { function: name, call: text }: Expectation,
): { readonly line: number; readonly column: number } | null {
  const from = source.indexOf(`function ${name}(`);
  const candidates = text === null ? [] : [text, text.replaceAll('"', "'")];
  const at = Math.max(...candidates.map((candidate) => source.indexOf(candidate, from)));
  if (from === -1 || at < from) return null;
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
