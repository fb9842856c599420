import { inNodeScript, nativeLeaf, type CauseRule } from '../causeRule.ts';

/** Files, directories and synchronous standard streams. */
export const syncIo: CauseRule = {
  cause: 'sync-io',
  waits: true,
  applies: (path) =>
    inNodeScript(path, /^node:(?:fs|internal\/fs)/) ||
    inNodeScript(path, /^node:internal\/(?:console|tty)|^node:tty/) ||
    nativeLeaf(path)?.functionName === 'consoleCall',
};
