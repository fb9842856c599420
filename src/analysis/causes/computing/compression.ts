import { inNodeScript, packageOf, type CauseRule } from '../causeRule.ts';

const packages: ReadonlySet<string> = new Set(['snappy', 'lz4', '@mongodb-js/zstd', 'zstd-napi', 'iltorb']);

/** gzip, deflate, brotli and zstd in their synchronous forms. */
export const compression: CauseRule = {
  cause: 'compression',
  applies: (path) =>
    inNodeScript(path, /^node:zlib/) || path.below.some(({ frame }) => packages.has(packageOf(frame) ?? '')),
};
