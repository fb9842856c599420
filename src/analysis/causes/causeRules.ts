// Written by `npm run generate` from the files of this folder: change that.
import type { CauseRule } from './causeRule.ts';
import { childProcess } from './childProcess.ts';
import { compression } from './compression.ts';
import { crypto } from './crypto.ts';
import { database } from './database.ts';
import { moduleLoad } from './moduleLoad.ts';
import { nativeAddon } from './nativeAddon.ts';
import { regex } from './regex.ts';
import { serialization } from './serialization.ts';
import { syncIo } from './syncIo.ts';
import { wait } from './wait.ts';
import { wasm } from './wasm.ts';

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
