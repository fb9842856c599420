import path from 'node:path';
import { build } from 'esbuild';

const SUPPORT = path.resolve(import.meta.dirname, '..', 'support', 'runMocha.ts');

/**
 * Bundles one suite into a CommonJS module that exports `run()`, as the extension host wants it.
 * @param {string} suite the suite's file
 * @param {string} outfile where it goes; mocha must be resolvable from there
 */
export async function bundleSuite(suite, outfile) {
  const contents = `
    import { runMocha } from ${JSON.stringify(SUPPORT)};
    export const run = () => runMocha(() => require(${JSON.stringify(suite)}));`;
  await build({
    stdin: { contents, resolveDir: path.dirname(suite), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'error',
  });
}
