import { inNodeScript, type CauseRule } from './causeRule.ts';

/** Finding, compiling and running modules for the first time. */
export const moduleLoad: CauseRule = {
  cause: 'module-load',
  applies: (path) => inNodeScript(path, /^node:internal\/(?:modules|bootstrap\/realm)/),
};
