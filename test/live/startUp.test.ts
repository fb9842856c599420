import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { validateReport } from '../unit/support/validateReport.ts';
import { runCli } from './cliSupport.ts';
import { nodes } from './profilerTarget.ts';

const work = (name: string, rounds: number): string =>
  `function ${name}() { pbkdf2Sync('secret', 'salt', ${String(rounds)}, 64, 'sha512'); }\n`;
/** Blocks while it starts, then in a timer. */
const body = `${work('start', 600_000)}${work('later', 300_000)}start();
setTimeout(() => { later(); setTimeout(() => process.exit(0), 200); }, 300);\n`;
const forms: readonly (readonly [string, string])[] = [
  ['main.cjs', `const { pbkdf2Sync } = require('node:crypto');\n${body}`],
  ['main.mjs', `import { pbkdf2Sync } from 'node:crypto';\n${body}`],
];

describe.each(nodes)('the start of a program on %s', (node) => {
  it.each(forms)(
    'is a group of its own, and counts for --fail-on when asked for (%s)',
    async (name, text) => {
      const folder = await mkdtemp(join(tmpdir(), 'offloop-start-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, name), text);
      const run = (...options: readonly string[]) =>
        runCli(['run', '--root', folder, ...options, '--', node, join(folder, name)]);
      const { stdout } = await run('--json', '-');
      const report = JSON.parse(stdout) as Report;
      expect(validateReport(report)).toEqual([]);
      const groupOf = (caller: string) =>
        report.findings.find(({ callSite }) => callSite?.function === caller)?.group;
      expect([groupOf('start'), groupOf('later')]).toEqual(['startup', 'block']);
      const longest = Math.max(
        ...report.blocks.filter(({ group }) => group !== 'startup').map(({ durationMs }) => durationMs),
      );
      expect(longest).toBeGreaterThan(0);
      const lenient = await run('--quiet', '--fail-on', '1h', '--startup');
      expect(lenient.code).toBe(0);
    },
  );
});
