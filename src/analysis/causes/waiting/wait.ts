import { nativeLeaf, packageOf, type CauseRule } from '../causeRule.ts';

const packages: ReadonlySet<string> = new Set(['deasync', 'sync-threads', 'sleep', 'atomic-sleep']);

/** Sleeping on purpose: `Atomics.wait` and packages that turn it into a delay. */
export const wait: CauseRule = {
  cause: 'wait',
  waits: true,
  applies: (path) =>
    nativeLeaf(path)?.functionName === 'wait' ||
    path.below.some(({ frame }) => packages.has(packageOf(frame) ?? '')),
};
