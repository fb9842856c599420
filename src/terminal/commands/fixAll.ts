import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { diffLines } from 'diff';
import type { ReportFinding } from '../../analysis/report.ts';
import { fixFile } from '../../investigation/fix.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import { packedExecutor, printFix } from './printFix.ts';
import type { FixCommandOptions } from './fixOptions.ts';
import { readReport } from './readReport.ts';
import { UsageError } from './usageError.ts';

/** Where a line of `before` (1-based) is in `after`; null when that line itself changed. */
function movedLine(before: string, after: string, line: number): number | null {
  let oldLine = 1;
  let newLine = 1;
  for (const { added, removed, count: lines } of diffLines(before, after)) {
    if (!added && line >= oldLine && line < oldLine + lines) return removed ? null : newLine + line - oldLine;
    if (!added) oldLine += lines;
    if (!removed) newLine += lines;
  }
  return null;
}

const isFixable = ({ callSite, remedies }: ReportFinding): boolean =>
  callSite?.precision === 'call' && callSite.origin === 'user' && remedies.some(({ safe }) => safe);

/** `offloop fix --all`: one fix after another; lines that earlier fixes moved are followed. */
export async function fixAll(reportFile: string, options: FixCommandOptions): Promise<ExitCode> {
  if (options.json === '-')
    throw new UsageError('--all prints diffs; write each JSON by fixing one call at a time.');
  const report = await readReport(reportFile);
  const originals = new Map<string, string>();
  let refused = 0;
  for (const { callSite } of report.findings.filter(isFixable)) {
    if (callSite === null) continue;
    const path = resolve(options.root, callSite.file);
    const text = await readFile(path, 'utf8');
    const original = originals.get(path) ?? text;
    originals.set(path, original);
    const line = movedLine(original, text, callSite.line);
    const place = `${callSite.file}:${String(callSite.line)}`;
    if (line === null) {
      process.stderr.write(`offloop: ${place}: another fix changed this line; record again.\n`);
      continue;
    }
    const { column, callee } = callSite;
    const kind = options.with ?? null;
    const { root, write, executorModule } = options;
    const executorTarball = packedExecutor();
    const fix = await fixFile({
      root,
      file: path,
      line,
      column,
      callee,
      kind,
      write,
      executorTarball,
      executorModule,
    });
    if ((await printFix(fix, place, options)) !== exitCode.done) refused += 1;
  }
  return refused === 0 ? exitCode.done : exitCode.refusedFix;
}
