// Written by `npm run generate` from the files in the folders here: change that.
import type { CauseRule } from './causeRule.ts';
import { childProcess } from './waiting/childProcess.ts';
import { compression } from './computing/compression.ts';
import { crypto } from './computing/crypto.ts';
import { database } from './waiting/database.ts';
import { moduleLoad } from './loading/moduleLoad.ts';
import { nativeAddon } from './native/nativeAddon.ts';
import { regex } from './computing/regex.ts';
import { serialization } from './computing/serialization.ts';
import { syncIo } from './waiting/syncIo.ts';
import { wait } from './waiting/wait.ts';
import { wasm } from './native/wasm.ts';

/** The rules of the causes, in order of precedence: the first that applies decides. */
export const causeRules: readonly CauseRule[] = [
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
