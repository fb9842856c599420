import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { runCli } from './cliSupport.ts';
import { nodes } from './profilerTarget.ts';

const spin = 'let s = 0; for (let i = 0; i < n; i++) s += Math.sqrt(i) % 3; return s;';
const every = (call: string, ms = 400): string =>
  `const timer = setInterval(() => { ${call} }, ${String(ms)});\nsetTimeout(() => clearInterval(timer), 3500);\n`;

/** One program, and what its heaviest finding of running code is: cause, callee and line of the call. */
interface Kind {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: string;
}

const digest =
  "const { createHash } = require('node:crypto');\nasync function digest(row) {\n  return createHash('sha256').update(row).digest('hex');\n}\n";
const modules = (ending: string, line: (index: number) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: 2_000 }, (_, index) => [`parts/part${String(index)}.${ending}`, line(index)]),
  );
const numbers = Array.from({ length: 2_000 }, (_, index) => index);

const kinds: readonly Kind[] = [
  {
    what: 'new Function',
    files: {
      'main.cjs': `const render = new Function('n', '${spin}');\nfunction page() { return render(2e7); }\n${every('page();')}`,
    },
    expected: 'cpu render 2',
  },
  {
    what: 'eval',
    files: {
      'main.cjs': `const render = (0, eval)('(function (n) { ${spin} })');\nfunction page() { return render(2e7); }\n${every('page();')}`,
    },
    expected: 'cpu render 2',
  },
  {
    what: 'a script with a name that is no path',
    files: {
      'main.cjs': `const vm = require('node:vm');\nconst render = new vm.Script('(function (n) { ${spin} })', { filename: 'sandbox.vm.js' }).runInThisContext();\nfunction page() { return render(2e7); }\n${every('page();')}`,
    },
    expected: 'cpu render 3',
  },
  {
    what: 'the second of chained calls',
    files: {
      'main.cjs': `const title = 'word' + ' '.repeat(25_000) + 'x';\nfunction slugOf(text) {\n  return text\n    .replace(/[^a-z\\s]/g, '')\n    .replace(/\\s+$/, '')\n    .replace(/\\s/g, '-');\n}\n${every('slugOf(title);', 700)}`,
    },
    expected: 'regex replace 3-5',
  },
  {
    what: 'a loop that never waits',
    files: {
      'main.cjs': `${digest}async function seal(all) {\n  let last = '';\n  for (const row of all) last = await digest(last + row);\n  return last;\n}\nconst all = Array.from({ length: 120_000 }, String);\n${every('void seal(all);', 900)}`,
    },
    expected: 'microtask-starvation digest 7',
  },
  {
    what: 'microtasks that never end',
    files: {
      'main.cjs': `function step(left, done) {\n  let s = 0;\n  for (let i = 0; i < 20_000; i++) s += Math.sqrt(i) % 3;\n  if (left > 0) queueMicrotask(() => step(left - 1, done));\n  return s;\n}\n${every('step(1_000);', 900)}`,
    },
    expected: 'microtask-starvation queueMicrotask 4',
  },
  {
    what: 'ticks that never end',
    files: {
      'main.cjs': `function step(left, done) {\n  let s = 0;\n  for (let i = 0; i < 20_000; i++) s += Math.sqrt(i) % 3;\n  if (left > 0) process.nextTick(step, left - 1, done);\n  return s;\n}\n${every('step(1_000);', 900)}`,
    },
    expected: 'microtask-starvation nextTick 4',
  },
  {
    what: 'modules that load each other',
    files: {
      ...modules('js', (index) => `exports.at = (value) => value * ${String(index)};\n`),
      'parts/index.js': numbers.map((index) => `require('./part${String(index)}.js');`).join('\n'),
      'main.cjs': `function document() {\n  return require('./parts/index.js');\n}\nsetTimeout(() => document(), 1500);\nsetTimeout(() => {}, 3500);\n`,
    },
    expected: 'module-load require 2',
  },
  {
    what: 'a collection in front of a log',
    files: {
      'main.cjs': `const collect = (require('node:v8').setFlagsFromString('--expose-gc'), require('node:vm').runInNewContext('gc'));\nconst cache = new Map([[performance.now(), null]]);\nfor (let key = 0; key < 1_200_000; key++) cache.set(key, { key, next: cache.get(key - 1) ?? null });\nfunction sweep() {\n  const before = performance.now();\n  collect();\n  console.log(performance.now() - before, cache.size);\n}\nsetTimeout(() => {\n${every('sweep();', 700)}}, 2000);\n`,
    },
    expected: 'gc',
  },
];

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-attribution-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** Findings of what ran after the start, heaviest first: on a busy machine the process may also have lacked the CPU. */
function findingsOf(report: Report): readonly string[] {
  return report.findings
    .filter(({ cause, callSite }) => cause !== 'starved' && callSite?.function !== '(module)')
    .filter(({ cause, callSite }) => callSite !== null || cause === 'gc')
    .map(({ cause, callSite }) => {
      if (cause === 'gc' && (callSite === null || callSite.callee === 'collect')) return 'gc';
      const { callee = null, line = 0, endLine = 0 } = callSite ?? {};
      return `${cause} ${callee ?? '-'} ${line === endLine ? String(line) : `${String(line)}-${String(endLine)}`}`;
    });
}

describe.each(nodes)('what is blamed on %s', (node) => {
  it.each(kinds)('is one finding for $what', { timeout: 90_000 }, async ({ files, expected }) => {
    const folder = await folderWith(files);
    const main = join(folder, 'main.cjs');
    const { code, stdout, stderr } = await runCli([
      'run',
      '--quiet',
      '--root',
      folder,
      '--json',
      '-',
      '--',
      node,
      main,
    ]);
    expect(code, stderr).toBe(0);
    const text = stdout.slice(stdout.indexOf('{\n'));
    const report = JSON.parse(text) as Report;
    const found = findingsOf(report);
    expect(found[0]).toBe(expected);
    expect(found.join('\n')).not.toContain('native-addon');
  });
});
