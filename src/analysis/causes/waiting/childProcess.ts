import { inNodeScript, type CauseRule } from '../causeRule.ts';

/** Starting a child process, and waiting for it in the synchronous forms. */
export const childProcess: CauseRule = {
  cause: 'child-process',
  waits: true,
  applies: (path) => inNodeScript(path, /^node:(?:internal\/)?child_process/),
};
