import { callerOfNative, inNodeScript, nativeLeaf, packageOf, type CauseRule } from '../causeRule.ts';

const drivers: ReadonlySet<string> = new Set([
  'better-sqlite3',
  'better-sqlite3-multiple-ciphers',
  'sqlite-sync',
  'libsql',
]);
/** Native methods of synchronous drivers (node:sqlite, better-sqlite3), which V8 reports without a script. */
const nativeMethods: ReadonlySet<string> = new Set([
  'get',
  'all',
  'run',
  'iterate',
  'exec',
  'prepare',
  'step',
  'backup',
  'next',
  'pragma',
  'serialize',
  'DatabaseSync',
  'StatementSync',
]);

/** Queries of synchronous database drivers. */
export const database: CauseRule = {
  cause: 'database',
  waits: true,
  applies: (path) => {
    if (inNodeScript(path, /^node:sqlite/)) return true;
    if (path.below.some(({ frame }) => drivers.has(packageOf(frame) ?? ''))) return true;
    const leaf = nativeLeaf(path);
    return (
      leaf !== undefined && nativeMethods.has(leaf.functionName) && callerOfNative(path)?.kind !== 'node'
    );
  },
};
