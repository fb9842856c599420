import { patchOf } from '../../fixes/diff.ts';
import { fixReport } from '../../fixes/fixReport.ts';
import { writeAll } from '../../fixes/fixWrite.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import type { FixCommandOptions } from '../options/fixOptions.ts';
import { isLeftOut, packedExecutor, sayOutcome, sayWritten } from '../output/printFix.ts';
import { reportFile } from '../output/reportFile.ts';
import { UsageError } from '../options/usageError.ts';
import { writeStdout } from '../output/writeFiles.ts';

/** `offloop fix --all`: the fixes of a report on top of each other, as one patch and one change on disk. */
export async function fixAll(path: string, options: FixCommandOptions): Promise<ExitCode> {
  if (options.json !== undefined)
    throw new UsageError('--all has no JSON output. Use --json with one call at a time.');
  const { root, write, accept, executorModule } = options;
  const kind = options.with ?? null;
  const request = { root, kind, accept, executorTarball: packedExecutor(), executorModule };
  const { fixes, files } = await fixReport(await reportFile(path), request);
  if (write) await writeAll(files);
  if (options.diff || !write) await writeStdout(patchOf(files, root));
  for (const { place, outcome } of fixes) sayOutcome(place, outcome, accept);
  if (fixes.length === 0) process.stderr.write('offloop: No call of this report has a fix.\n');
  sayWritten(files, options);
  const isLeft = fixes.some(({ outcome }) => !outcome.ok || isLeftOut(outcome.value, accept));
  return isLeft ? exitCode.refusedFix : exitCode.done;
}
