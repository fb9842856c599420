import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transform } from '@swc/core';
import { build } from 'esbuild';
import ts from 'typescript';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import webpack from 'webpack';
import type { Report } from '../../src/report/report.ts';
import { runCli } from './cliSupport.ts';
import { majorOf, nodes, startTarget } from './profilerTarget.ts';

const source = `import { pbkdf2Sync } from 'node:crypto';

interface Options {
  readonly rounds: number;
}

export function work({ rounds }: Options): string {
  const salt: string = 'salt';
  return pbkdf2Sync('secret', salt, rounds, 64, 'sha512').toString('hex');
}

setInterval(() => work({ rounds: 250_000 }), 220);
console.log('ready');
`;
const require = createRequire(import.meta.url);

/** Builds `src/service.ts` below a folder; answers with what Node is to be started with. */
type Build = (folder: string) => Promise<readonly string[]>;

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};

const withTsc =
  (options: ts.CompilerOptions): Build =>
  (folder) => {
    const program = ts.createProgram([join(folder, 'src/service.ts')], {
      target: ts.ScriptTarget.ES2022,
      rootDir: folder,
      outDir: join(folder, 'dist'),
      types: [],
      ...options,
    });
    program.emit();
    return Promise.resolve([join(folder, 'dist/src/service.js')]);
  };

const withEsbuild =
  (options: { readonly minify: boolean; readonly sourcemap: boolean | 'inline' }): Build =>
  async (folder) => {
    const outfile = join(folder, 'dist/out.cjs');
    await build({
      entryPoints: [join(folder, 'src/service.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      logLevel: 'error',
      ...options,
    });
    return [outfile];
  };

const withSwc: Build = async (folder) => {
  const path = join(folder, 'src/service.ts');
  const { code, map } = await transform(await readFile(path, 'utf8'), {
    filename: path,
    sourceFileName: '../src/service.ts',
    sourceMaps: true,
    module: { type: 'commonjs' },
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  });
  const out = join(folder, 'dist/service.cjs');
  await write(out, `${code}\n//# sourceMappingURL=service.cjs.map\n`);
  await write(`${out}.map`, map ?? '');
  return [out];
};

/** What ts-loader does when it only transpiles. */
const loader = `const ts = require(${JSON.stringify(require.resolve('typescript'))});
module.exports = function (text) {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, sourceMap: true };
  const { outputText, sourceMapText } = ts.transpileModule(text, { fileName: this.resourcePath, compilerOptions: options });
  const map = { ...JSON.parse(sourceMapText), sources: [this.resourcePath], sourcesContent: [text] };
  this.callback(null, outputText.replace(/\\n\\/\\/# sourceMappingURL.*/, ''), map);
};
`;

const withWebpack =
  (mode: 'development' | 'production'): Build =>
  async (folder) => {
    await write(join(folder, 'loader.cjs'), loader);
    const config: webpack.Configuration = {
      mode,
      context: folder,
      entry: './src/service.ts',
      target: 'node',
      devtool: 'source-map',
      output: { path: join(folder, 'dist'), filename: 'out.cjs' },
      module: { rules: [{ test: /\.ts$/, use: join(folder, 'loader.cjs') }] },
    };
    await new Promise<void>((resolve, reject) => {
      webpack(config, (error, stats) => {
        if (error !== null) reject(error);
        else if (stats?.hasErrors() === true) reject(new Error(stats.toString()));
        else resolve();
      });
    });
    return [join(folder, 'dist/out.cjs')];
  };

const tools: Readonly<Record<string, Build>> = {
  'tsc, ES modules, a map beside it': withTsc({ module: ts.ModuleKind.ES2022, sourceMap: true }),
  'tsc, CommonJS, a map within': withTsc({
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    inlineSourceMap: true,
  }),
  'esbuild, bundled': withEsbuild({ minify: false, sourcemap: true }),
  'esbuild, minified to one line': withEsbuild({ minify: true, sourcemap: 'inline' }),
  swc: withSwc,
  'webpack for development': withWebpack('development'),
  'webpack for production': withWebpack('production'),
};

async function project(type: 'module' | 'commonjs'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-built-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await write(join(folder, 'package.json'), JSON.stringify({ type }));
  await write(join(folder, 'src/service.ts'), source);
  return folder;
}

async function expectCallSite(node: string, folder: string, args: readonly string[]): Promise<void> {
  const target = await startTarget(node, args);
  await target.output(/ready/);
  const host = new URL(target.webSocketUrl).host;
  const { stdout } = await runCli(['attach', host, '--duration', '1500ms', '--root', folder, '--json', '-']);
  const finding = (JSON.parse(stdout) as Report).findings.find(({ cause }) => cause === 'crypto');
  expect(finding).toMatchObject({
    stale: false,
    callSite: { file: 'src/service.ts', callee: 'pbkdf2Sync', line: 9, column: 10, precision: 'call' },
  });
}

describe('the call in the source that was built', { timeout: 60_000 }, () => {
  let newest = '';
  beforeAll(() => {
    newest = [...nodes].sort((a, b) => majorOf(b) - majorOf(a))[0] ?? '';
  });

  it.each(Object.entries(tools))('by %s', async (name, run) => {
    const folder = await project(name.includes('ES modules') ? 'module' : 'commonjs');
    await expectCallSite(newest, folder, await run(folder));
  });

  it.each(nodes)('by tsx as it is loaded, on %s', async (node) => {
    const folder = await project('module');
    await expectCallSite(node, folder, ['--import', require.resolve('tsx'), join(folder, 'src/service.ts')]);
  });

  it.each(nodes.filter((node) => majorOf(node) >= 24))('by Node stripping its types, on %s', async (node) => {
    const folder = await project('module');
    await expectCallSite(node, folder, [join(folder, 'src/service.ts')]);
  });
});
