// Written by `npm run generate` from src/wording/causeTexts.ts: change that.

/** Why a part of a block kept the loop busy: the mechanism of its leaf. Stable ids, in the order of the decision table. */
export const causes = [
  'child-process',
  'database',
  'crypto',
  'compression',
  'module-load',
  'sync-io',
  'wait',
  'regex',
  'serialization',
  'wasm',
  'native-addon',
  'gc',
  'microtask-starvation',
  'starved',
  'cpu',
  'unknown',
] as const;

export type Cause = (typeof causes)[number];
