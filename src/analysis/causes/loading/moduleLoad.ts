import { inNodeScript, packageOf, type CauseFrame, type CausePath, type CauseRule } from '../causeRule.ts';

/** Node 18 has its `realm` in `loaders`. */
const loader = /^node:internal\/(?:modules|bootstrap\/(?:realm|loaders))/;

/** Whether a frame is one of Node's own loading of modules. */
export const isOfLoader = ({ frame, kind }: CauseFrame): boolean => kind === 'node' && loader.test(frame.url);

/** Packages that compile a program's modules while Node loads them. */
const compilers: ReadonlySet<string> = new Set([
  'tsx',
  'esbuild',
  'get-tsconfig',
  'ts-node',
  'ts-node-dev',
  'jiti',
  'sucrase',
  '@swc/core',
  '@swc-node/register',
  '@esbuild-kit/cjs-loader',
  '@esbuild-kit/esm-loader',
  '@esbuild-kit/core-utils',
  '@babel/register',
]);

/**
 * Whether a stack without code of the project belongs to a compiler that works on its modules. Then the program is
 * being loaded, whatever the compiler does. `path` runs from the leaf to the root.
 */
export function isCompiling(path: readonly CauseFrame[]): boolean {
  const outermost = path.findLast(({ kind }) => kind === 'dependency');
  return outermost !== undefined && compilers.has(packageOf(outermost.frame) ?? '');
}

/** Finding, compiling and running modules for the first time. */
export const moduleLoad: CauseRule = {
  cause: 'module-load',
  waits: true,
  applies: (path) => inNodeScript(path, loader),
};

/**
 * The path with the loader as its leaf, if the code above called the loader: what a module does when it is loaded is
 * part of loading. A dependency that is the program was itself called by the loader.
 */
export function withoutLoaded(path: CausePath): CausePath {
  const { below, caller } = path;
  const program = caller === undefined ? below.findLastIndex(({ kind }) => kind === 'dependency') : -1;
  const called = program === -1 ? below : below.slice(0, program);
  const entered = called.findLastIndex(isOfLoader);
  return entered === -1 ? path : { ...path, below: below.slice(entered) };
}
