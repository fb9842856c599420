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

/** The mechanism that kept the thread busy at a leaf; JavaScript of any origin is `cpu`. */
export function decideCause(path: CausePath): Cause {
  const called = withoutLoaded(path);
  return rules.find((rule) => rule.applies(called))?.cause ?? 'cpu';
}
