import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
const depcruise = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const config = join(repository, '.dependency-cruiser.cjs');

/** A repository as it should be: every floor imports from below, each in a way that is allowed. */
const sound = {
  'src/base/units.ts': 'export const unit = 1;',
  'src/recording/recording.ts': "export { unit } from '../base/units.ts';",
  'src/report/report.ts': 'export interface Report { readonly unit: number }\nexport const one = 1;',
  'src/code/bindings.ts': "export { one } from '../report/report.ts';",
  'src/remedies/plan.ts': "export { one } from '../code/bindings.ts';",
  'src/analysis/analyze.ts':
    "import { createHash } from 'node:crypto';\nimport { one } from '../code/bindings.ts';\nexport const analyze = () => [createHash, one];",
  'src/injected/probe.ts': 'export function probe() { return 1; }',
  'src/profiler/attach.ts':
    "import net from 'node:net';\nimport { unit } from '../recording/recording.ts';\nimport { probe } from '../injected/probe.ts';\nexport const attach = [net, probe, unit];",
  'src/sources/disk.ts': "import fs from 'node:fs';\nexport const disk = fs;",
  'src/types/checkEdits.ts':
    "import fs from 'node:fs';\nimport { unit } from '../base/units.ts';\nexport const check = [fs, unit];",
  'src/fixes/buildFix.ts':
    "import { disk } from '../sources/disk.ts';\nimport { check } from '../types/checkEdits.ts';\nimport { one } from '../remedies/plan.ts';\nexport const fix = [check, disk, one];",
  'src/investigation/investigate.ts':
    "import { attach } from '../profiler/attach.ts';\nimport { analyze } from '../analysis/analyze.ts';\nimport { fix } from '../fixes/buildFix.ts';\nexport const investigate = [attach, analyze, fix];",
  'src/processes/planner.ts':
    "import { investigate } from '../investigation/investigate.ts';\nvoid investigate;",
  'src/wording/texts.ts': "export { one } from '../report/report.ts';",
  'src/wording/numbers/format.ts': 'export const format = String;',
  'src/terminal/render.ts':
    "import { investigate } from '../investigation/investigate.ts';\nexport const render = investigate;",
  'src/editor/lens.ts':
    "import * as vscode from 'vscode';\nimport { investigate } from '../investigation/investigate.ts';\nexport const lens = [vscode, investigate];",
  'src/cli.ts': "import { render } from './terminal/render.ts';\nvoid render;",
  'src/extension.ts': "import { lens } from './editor/lens.ts';\nvoid lens;",
  'media/timeline.ts':
    "import { format } from '../src/wording/numbers/format.ts';\nimport type { Report } from '../src/report/report.ts';\nexport const draw = (report: Report) => format(report.unit);",
  'packages/executor/src/wire/wire.ts': 'export const wire = 1;',
  'packages/executor/src/tasks/task.ts': 'export { wire } from "../wire/wire.ts";',
  'packages/executor/src/observe/events.ts':
    'import { wire } from "../tasks/task.ts";\nexport const events = wire;',
  'packages/executor/src/worker/runner.ts': 'export { wire } from "../wire/wire.ts";',
  'packages/executor/src/pool/pool.ts':
    'import { events } from "../observe/events.ts";\nexport interface Options { readonly n: number }\nexport const pool = events;',
  'packages/executor/src/adapters/adapter.ts':
    'import type { Options } from "../pool/pool.ts";\nimport { wire } from "../worker/runner.ts";\nexport const adapter = (options: Options) => [options, wire];',
  'packages/executor/src/api/executor.ts':
    'import { adapter } from "../adapters/adapter.ts";\nimport { pool } from "../pool/pool.ts";\nexport const api = [adapter, pool];',
  'packages/executor/src/index.ts': 'export { api } from "./api/executor.ts";',
  'packages/executor-bullmq/src/index.ts': 'export const queue = 1;',
  'test/help.ts': 'export const help = 1;',
  'node_modules/ws/package.json': '{"name":"ws","version":"1.0.0","main":"index.js"}',
  'node_modules/ws/index.js': 'module.exports = 1;',
};

/** Rule → a file that breaks it, and its text. */
const planted: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['base-imports', 'src/base/bad.ts', "export { one } from '../report/report.ts';"],
  ['injected-imports', 'src/injected/bad.ts', "export { unit } from '../base/units.ts';"],
  ['recording-imports', 'src/recording/bad.ts', "export { one } from '../report/report.ts';"],
  ['report-imports', 'src/report/bad.ts', "export { one } from '../code/bindings.ts';"],
  ['code-imports', 'src/code/bad.ts', "export { one } from '../remedies/plan.ts';"],
  ['remedies-imports', 'src/remedies/bad.ts', "export { analyze } from '../analysis/analyze.ts';"],
  ['analysis-imports', 'src/analysis/bad.ts', "export { one } from '../remedies/plan.ts';"],
  ['analysis-imports', 'src/analysis/badEditor.ts', "export { lens } from '../editor/lens.ts';"],
  ['profiler-imports', 'src/profiler/bad.ts', "export { disk } from '../sources/disk.ts';"],
  ['profiler-imports', 'src/profiler/badType.ts', "export type { Report } from '../report/report.ts';"],
  ['sources-imports', 'src/sources/bad.ts', "export { attach } from '../profiler/attach.ts';"],
  ['types-imports', 'src/types/bad.ts', "export { one } from '../remedies/plan.ts';"],
  ['fixes-imports', 'src/fixes/bad.ts', "export { attach } from '../profiler/attach.ts';"],
  ['processes-imports', 'src/processes/bad.ts', "export { disk } from '../sources/disk.ts';"],
  ['investigation-imports', 'src/investigation/bad.ts', "export { render } from '../terminal/render.ts';"],
  ['wording-imports', 'src/wording/bad.ts', "export { one } from '../remedies/plan.ts';"],
  ['wording/numbers-imports', 'src/wording/numbers/bad.ts', "export { unit } from '../../base/units.ts';"],
  ['terminal-imports', 'src/terminal/bad.ts', "export { lens } from '../editor/lens.ts';"],
  ['editor-imports', 'src/editor/bad.ts', "export { render } from '../terminal/render.ts';"],
  ['ground-is-pure', 'src/base/badFs.ts', "import fs from 'node:fs';\nexport const bad = fs;"],
  ['engine-is-pure', 'src/analysis/badFs.ts', "import fs from 'node:fs';\nexport const bad = fs;"],
  ['engine-is-pure', 'src/remedies/badPromises.ts', "export { readFile } from 'node:fs/promises';"],
  ['engine-libraries', 'src/code/badLibrary.ts', "import ws from 'ws';\nexport const bad = ws;"],
  [
    'vscode-only-in-editor',
    'src/analysis/badVscode.ts',
    "import * as vscode from 'vscode';\nexport const bad = vscode;",
  ],
  [
    'vscode-only-in-editor',
    'src/investigation/badType.ts',
    "import type * as vscode from 'vscode';\nexport type Bad = typeof vscode;",
  ],
  ['entries-are-roots', 'src/terminal/badEntry.ts', "import '../cli.ts';"],
  ['media-imports', 'media/bad.ts', "export { disk } from '../src/sources/disk.ts';"],
  ['media-imports-types', 'media/badValue.ts', "export { one } from '../src/report/report.ts';"],
  ['executor-apart', 'packages/executor/src/bad.ts', "export { unit } from '../../../src/base/units.ts';"],
  ['executor-wire-imports', 'packages/executor/src/wire/bad.ts', 'export { wire } from "../tasks/task.ts";'],
  ['executor-tasks-imports', 'packages/executor/src/tasks/bad.ts', 'export { pool } from "../pool/pool.ts";'],
  [
    'executor-observe-imports',
    'packages/executor/src/observe/bad.ts',
    'export { pool } from "../pool/pool.ts";',
  ],
  [
    'executor-worker-imports',
    'packages/executor/src/worker/bad.ts',
    'export { wire } from "../tasks/task.ts";',
  ],
  [
    'executor-pool-imports',
    'packages/executor/src/pool/bad.ts',
    'export { wire } from "../worker/runner.ts";',
  ],
  [
    'executor-adapters-imports',
    'packages/executor/src/adapters/bad.ts',
    'export { api } from "../api/executor.ts";',
  ],
  ['executor-api-imports', 'packages/executor/src/api/bad.ts', 'export { api } from "../index.ts";'],
  [
    'executor-adapters-pool-types',
    'packages/executor/src/adapters/badValue.ts',
    'export { pool } from "../pool/pool.ts";',
  ],
  [
    'executor-bullmq-apart',
    'packages/executor-bullmq/src/bad.ts',
    "export { wire } from '../../executor/src/wire/wire.ts';",
  ],
  [
    'executor-knows-no-queue',
    'packages/executor/src/badQueue.ts',
    "export { queue } from '../../executor-bullmq/src/index.ts';",
  ],
  [
    'executor-not-inside',
    'src/terminal/badExecutor.ts',
    "export { pool } from '../../packages/executor/src/pool/pool.ts';",
  ],
  ['no-tests-in-product', 'src/terminal/badTest.ts', "export { help } from '../../test/help.ts';"],
  ['no-cycles', 'src/terminal/badCycle.ts', "export { here } from './badCycleBack.ts';"],
  [
    'no-cycles',
    'src/terminal/badTypeCycle.ts',
    "import type { There } from './badTypeCycleBack.ts';\nexport type Here = There;",
  ],
  ['no-cycles-in-packages', 'packages/executor/src/badCycle.ts', "export { here } from './badCycleBack.ts';"],
  ['no-orphans', 'src/terminal/badOrphan.ts', 'export const alone = 1;'],
  ['resolvable', 'src/terminal/badMissing.ts', "export { x } from './nowhere.ts';"],
];

/** The other halves of the planted cycles, which are reported once. */
const cycleBack = {
  'src/terminal/badCycleBack.ts': "import './badCycle.ts';\nexport const here = 1;",
  'src/terminal/badTypeCycleBack.ts':
    "import type { Here } from './badTypeCycle.ts';\nexport type There = Here | null;",
  'packages/executor/src/badCycleBack.ts': "import './badCycle.ts';\nexport const here = 1;",
};

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** What the layer rules say of a repository with these files, as `rule file`. */
function violationsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'offloop-layers-'));
  folders.push(folder);
  for (const [name, text] of Object.entries({ 'tsconfig.json': '{}', 'package.json': '{}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const args = [depcruise, '--config', config, '--output-type', 'json', 'src', 'media', 'packages', 'test'];
  let output: string;
  try {
    output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    // It exits with the number of violations; the report is printed all the same.
    output = (error as { stdout: string }).stdout;
  }
  const { summary } = JSON.parse(output) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, rule }) => `${rule.name} ${from}`);
}

describe('the layer rules', () => {
  it('accept a repository in which data flows one way', () => {
    expect(violationsOf(sound)).toEqual([]);
  });

  const broken = violationsOf({
    ...sound,
    ...cycleBack,
    ...Object.fromEntries(planted.map(([, file, text]) => [file, text])),
  });
  it.each(planted)('reject by %s what is planted in %s', (rule, file) => {
    expect(broken).toContain(`${rule} ${file}`);
  });
});
