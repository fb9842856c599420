import { inNodeScript, type CauseFrame, type CausePath, type CauseRule } from './causeRule.ts';

/** Node 18 has its `realm` in `loaders`. */
const loader = /^node:internal\/(?:modules|bootstrap\/(?:realm|loaders))/;

/** Whether a frame is one of Node's own loading of modules. */
export const isOfLoader = ({ frame, kind }: CauseFrame): boolean => kind === 'node' && loader.test(frame.url);

/** Finding, compiling and running modules for the first time. */
export const moduleLoad: CauseRule = {
  cause: 'module-load',
  applies: (path) => inNodeScript(path, loader),
};

/**
 * The path with the loader as its leaf, where the code above called the loader: whose module is loaded, and what that
 * does on being run, is no mechanism of its own. A dependency that is the program was itself called by the loader.
 */
export function withoutLoaded(path: CausePath): CausePath {
  const { below, caller } = path;
  const program = caller === undefined ? below.findLastIndex(({ kind }) => kind === 'dependency') : -1;
  const called = program === -1 ? below : below.slice(0, program);
  const entered = called.findLastIndex(isOfLoader);
  return entered === -1 ? path : { ...path, below: below.slice(entered) };
}
