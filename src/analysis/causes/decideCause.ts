import type { Cause } from '../../report/cause.ts';
import type { CausePath, CauseRule } from './causeRule.ts';
import { childProcess } from './childProcess.ts';
import { compression } from './compression.ts';
import { crypto } from './crypto.ts';
import { database } from './database.ts';
import { moduleLoad, withoutLoaded } from './moduleLoad.ts';
import { nativeAddon } from './nativeAddon.ts';
import { regex } from './regex.ts';
import { serialization } from './serialization.ts';
import { syncIo } from './syncIo.ts';
import { wait } from './wait.ts';
import { wasm } from './wasm.ts';

/** In order of precedence: loading a module reads files, so that it must be asked before file access. */
const rules: readonly CauseRule[] = [
  childProcess,
  database,
  crypto,
  compression,
  moduleLoad,
  syncIo,
  wait,
  regex,
  serialization,
  wasm,
  nativeAddon,
];

/**
 * The path without the functions of Node that only called the code which ran: a library's callback of `readFile` reads no
 * file. They lie above the library's innermost function, or are the outermost of all.
 */
function withoutEntry(path: CausePath): CausePath {
  const { below, caller } = path;
  const ran = below.findIndex(({ kind }) => kind === 'dependency' || kind === 'generated');
  if (ran !== -1)
    return { ...path, below: below.filter(({ kind }, index) => index < ran || kind !== 'node') };
  const isEntered = caller === undefined && below.length > 1 && below.at(-1)?.kind === 'node';
  return isEntered ? { ...path, below: below.slice(0, -1) } : path;
}

/** The mechanism that kept the thread busy at a leaf; JavaScript of any origin is `cpu`. */
export function decideCause(path: CausePath): Cause {
  const called = withoutEntry(withoutLoaded(path));
  return rules.find((rule) => rule.applies(called))?.cause ?? 'cpu';
}
