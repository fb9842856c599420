/** Why a part of a block kept the loop busy: the mechanism of its leaf. Stable ids, in the order of the decision table. */
export const causes = [
  'child-process',
  'database',
  'crypto',
  'compression',
  'sync-io',
  'wait',
  'regex',
  'serialization',
  'module-load',
  'wasm',
  'native-addon',
  'gc',
  'microtask-starvation',
  'starved',
  'cpu',
  'unknown',
] as const;

export type Cause = (typeof causes)[number];
