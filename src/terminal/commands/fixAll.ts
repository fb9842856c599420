import { patchOf } from '../../investigation/fix.ts';
import { fixReport } from '../../investigation/fixReport.ts';
import { writeAll } from '../../investigation/fixWrite.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import type { FixCommandOptions } from './fixOptions.ts';
import { packedExecutor, sayOutcome, sayWritten } from './printFix.ts';
import { readReport } from './readReport.ts';
import { UsageError } from './usageError.ts';
import { writeStdout } from './writeFiles.ts';

/** `offloop fix --all`: the fixes of a report on top of each other, as one patch and one change on disk. */
export async function fixAll(reportFile: string, options: FixCommandOptions): Promise<ExitCode> {
  if (options.json !== undefined)
    throw new UsageError('--all prints diffs; write each JSON by fixing one call at a time.');
  const { root, write, executorModule } = options;
  const request = { root, kind: options.with ?? null, executorTarball: packedExecutor(), executorModule };
  const { fixes, files } = await fixReport(await readReport(reportFile), request);
  if (write) await writeAll(files);
  if (options.diff || !write) await writeStdout(patchOf(files, root));
  for (const { place, outcome } of fixes) sayOutcome(place, outcome);
  if (fixes.length === 0) process.stderr.write('offloop: No call of this report has a safe fix.\n');
  sayWritten(files, options);
  const isRefused = fixes.some(({ outcome }) => !outcome.ok || outcome.value.json.refusal !== null);
  return isRefused ? exitCode.refusedFix : exitCode.done;
}
