import { compareReports } from '../../investigation/verdicts/compareReports.ts';
import { renderComparison } from '../render/renderComparison.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { reportFile } from '../output/reportFile.ts';
import { terminalStyle } from '../output/terminalStyle.ts';
import { writeOutput, writeStdout } from '../output/writeFiles.ts';

/** `offloop compare`: what became of each finding between two reports. */
export async function compareCommand(
  before: string,
  after: string,
  options: { readonly json?: string },
): Promise<ExitCode> {
  const comparison = compareReports(await reportFile(before), await reportFile(after));
  const json = `${JSON.stringify(comparison, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  else await writeStdout(`${renderComparison(comparison, terminalStyle(process.stdout))}\n`);
  return exitCode.done;
}
