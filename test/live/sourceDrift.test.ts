import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report, ReportFinding } from '../../src/report/report.ts';
import { runCli } from './cliSupport.ts';
import { majorOf, nodes, startTarget } from './profilerTarget.ts';

const program = `const crypto = require('node:crypto');
function work() {
  crypto.pbkdf2Sync('secret', 'salt', 250_000, 64, 'sha512');
}
setInterval(work, 200);
console.log('ready');
`;
const typed = `import * as crypto from 'node:crypto';
interface Options { readonly rounds: number }
function work({ rounds }: Options): Buffer {
  return crypto.pbkdf2Sync('secret', 'salt', rounds, 64, 'sha512');
}
setInterval(() => work({ rounds: 250_000 }), 200);
console.log('ready');
`;
const newLines = (text: string): string => `// one\n// two\n// three\n${text}`;
const newRounds = (text: string): string => newLines(text).replace('250_000', '260_000');
const newCall = (text: string): string => text.replace("'secret', 'salt'", "'other secret', 'pepper'");

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-drift-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** Starts a program, saves its source in another form, and only then attaches: the finding about the hash. */
async function foundAfter(
  node: string,
  args: readonly string[],
  folder: string,
  save: Readonly<Record<string, string>>,
): Promise<ReportFinding | undefined> {
  const target = await startTarget(node, args);
  await target.output(/ready/);
  for (const [name, text] of Object.entries(save)) await writeFile(join(folder, name), text);
  const host = new URL(target.webSocketUrl).host;
  const { stdout } = await runCli(['attach', host, '--duration', '1500ms', '--root', folder, '--json', '-']);
  return (JSON.parse(stdout) as Report).findings.find(({ cause }) => cause === 'crypto');
}

describe.each(nodes)(
  'a source that was saved after its process had started, on %s',
  { timeout: 60_000 },
  (node) => {
    it('is where the report points at, not the text that runs', async () => {
      const folder = await folderWith({ 'app.cjs': program });
      const finding = await foundAfter(node, [join(folder, 'app.cjs')], folder, {
        'app.cjs': newRounds(program),
      });
      // The call's own line was changed with the lines above it.
      expect(finding).toMatchObject({
        stale: true,
        callSite: { file: 'app.cjs', line: 6, callee: 'pbkdf2Sync' },
      });
      const moved = await foundAfter(node, [join(folder, 'app.cjs')], folder, {
        'app.cjs': newLines(newRounds(program)),
      });
      expect(moved).toMatchObject({
        stale: false,
        callSite: { file: 'app.cjs', function: 'work', line: 9, column: 3, endLine: 9, precision: 'call' },
      });
      expect(moved?.remedies.map(({ kind }) => kind)).toContain('async');
    });

    it('is called stale where the call itself is another one now, and no fix is offered', async () => {
      const folder = await folderWith({ 'app.cjs': program });
      const finding = await foundAfter(node, [join(folder, 'app.cjs')], folder, {
        'app.cjs': newCall(program),
      });
      expect(finding).toMatchObject({ stale: true, callSite: { line: 3 }, remedies: [] });
      const gone = await foundAfter(node, [join(folder, 'app.cjs')], folder, {
        'app.cjs': 'console.log(1);\n',
      });
      expect(gone).toMatchObject({ stale: true, remedies: [] });
    });

    it('is found through a source map that carries the text', async () => {
      const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
      const compile = (inlineSources: boolean): string =>
        ts.transpileModule(typed, {
          fileName: 'app.ts',
          compilerOptions: { ...options, inlineSourceMap: true, inlineSources },
        }).outputText;
      const folder = await folderWith({
        'app.ts': typed,
        'app.js': compile(true),
        'blind.js': compile(false),
      });
      const save = { 'app.ts': newLines(typed) };
      const finding = await foundAfter(node, [join(folder, 'app.js')], folder, save);
      expect(finding).toMatchObject({ stale: false, callSite: { file: 'app.ts', line: 7, column: 10 } });
      await writeFile(join(folder, 'app.ts'), typed);
      // Without it nothing can be said.
      const blind = await foundAfter(node, [join(folder, 'blind.js')], folder, save);
      expect(blind).toMatchObject({ stale: true, callSite: { file: 'app.ts' }, remedies: [] });
    });

    it('is found when a tool compiled it in memory', async () => {
      const folder = await folderWith({ 'app.ts': typed, 'package.json': '{ "type": "module" }' });
      const tsx = createRequire(import.meta.url).resolve('tsx');
      const args = ['--import', tsx, join(folder, 'app.ts')];
      const finding = await foundAfter(node, args, folder, { 'app.ts': newLines(typed) });
      expect(finding).toMatchObject({ callSite: { file: 'app.ts' } });
      expect(finding?.stale === true || finding?.callSite?.line === 7).toBe(true);
    });
  },
);

describe.each(nodes.filter((node) => majorOf(node) >= 24))(
  'a source whose types Node strips, on %s',
  { timeout: 60_000 },
  (node) => {
    it('is compared without its types', async () => {
      const folder = await folderWith({ 'app.ts': typed, 'package.json': '{ "type": "module" }' });
      const finding = await foundAfter(node, [join(folder, 'app.ts')], folder, { 'app.ts': newLines(typed) });
      expect(finding).toMatchObject({ stale: false, callSite: { file: 'app.ts', line: 7, column: 10 } });
    });
  },
);
