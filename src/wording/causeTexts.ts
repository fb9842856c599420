/**
 * What the event loop was doing, in plain words, by cause: one row per cause, in the order in which the rules of
 * `src/analysis/causes` are asked. (Loading a module reads files, so its rule comes before that of file access; a native
 * function is an addon only when nothing else knows it.) `docs/causes/<id>.md` says more. `npm run generate` makes the type
 * of the causes from this table; the editor translates its sentences.
 */
export const causeTexts = {
  'child-process': 'The loop waits until another program has started or ended.',
  database: 'The database driver runs the statement on the loop and waits for it.',
  crypto: 'The key or hash is computed on the loop, which is slow on purpose.',
  compression: 'The data is compressed or expanded on the loop.',
  'module-load': 'Modules are found, read and compiled on the loop.',
  'sync-io': 'The loop waits for the file system.',
  wait: 'The loop sleeps until somebody wakes it.',
  regex: 'The regular expression tries very many ways to match.',
  serialization: 'A large value is turned into text or bytes, or back, in one go.',
  wasm: 'WebAssembly computes on the loop.',
  'native-addon': 'A native addon computes or waits on the loop.',
  gc: 'The garbage collector stopped the program.',
  'microtask-starvation': 'Promise after promise settles, and the loop never gets a turn.',
  starved: 'The process did not get the CPU: a quota, a suspended machine, a pause in a debugger.',
  cpu: 'JavaScript computes on the loop.',
  unknown: 'What the loop was doing could not be measured.',
} as const;
