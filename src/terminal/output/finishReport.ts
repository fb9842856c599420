import { resolve } from 'node:path';
import { writeReport, type ReportEnding } from '../../report/exports/writeReport.ts';
import { causeTexts } from '../../wording/causeTexts.ts';
import type { Recording } from '../../recording/recording.ts';
import { exportProfile } from '../../analysis/timeline/exportProfile.ts';
import { timelineOf } from '../../analysis/timeline/timeline.ts';
import { OffloopError } from '../../base/offloopError.ts';
import { readProjects } from '../../sources/fixProject.ts';
import { investigate, type Investigation } from '../../investigation/investigate.ts';
import { diskSources } from '../../sources/diskSources.ts';
import { renderReport } from '../render/renderReport.ts';
import { printable } from '../text.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { checkFailOn } from './failOn.ts';
import { notMeasured, notMeasuredText } from './notMeasured.ts';
import { takesStdout } from './outputs.ts';
import type { ReportOptions } from '../options/reportOptions.ts';
import { terminalStyle } from './terminalStyle.ts';
import { writeOutput, writeStdout } from './writeFiles.ts';

declare const OFFLOOP_VERSION: string;

/** Something that was asked for besides the report on the terminal. */
interface Export {
  readonly to: string | undefined;
  readonly text: () => string;
}

function exportsOf(
  recording: Recording,
  { report }: Investigation,
  options: ReportOptions,
): readonly Export[] {
  const main = recording.threads[0];
  const context = {
    root: options.root,
    version: OFFLOOP_VERSION,
    causeText: (cause: keyof typeof causeTexts) => causeTexts[cause],
  };
  const written = (to: string | undefined, ending: ReportEnding): Export => ({
    to,
    text: () => writeReport(report, ending, context),
  });
  return [
    written(options.json, '.json'),
    written(options.sarif, '.sarif'),
    written(options.markdown, '.md'),
    written(options.html, '.html'),
    written(options.trace, '.trace.json'),
    ...(main === undefined
      ? []
      : [{ to: options.cpuprofile, text: () => JSON.stringify(exportProfile(timelineOf(main))) }]),
  ];
}

/** Writes each export, files before standard output; answers with what could not be written, and why. */
async function writeExports(exports: readonly Export[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { to, text } of exports) {
    if (to === undefined || to === '-') continue;
    try {
      await writeOutput(resolve(to), text());
    } catch (error) {
      if (!(error instanceof OffloopError)) throw error;
      problems.push(error.message);
    }
  }
  for (const { to, text } of exports) if (to === '-') await writeStdout(text());
  return problems;
}

/**
 * Analyses a recording, writes the requested files, prints the report, and answers with the exit code. A recording
 * cannot be repeated: if a file cannot be written, the report is printed even with `--quiet`.
 */
export async function finishReport(recording: Recording, options: ReportOptions): Promise<ExitCode> {
  const sources = diskSources();
  const { threshold, root, map: mappings, fullUrls } = options;
  const analysis = { threshold, root, mappings, fullUrls };
  const investigation = investigate(recording, sources, analysis, readProjects(root));
  const { report, proposals } = investigation;
  const problems = await writeExports(exportsOf(recording, investigation, options));
  if (!takesStdout(options) && (!options.quiet || problems.length > 0)) {
    const excerpts = { read: (file: string) => sources.read(resolve(options.root, file))?.text };
    await writeStdout(`${renderReport(report, { ...terminalStyle(process.stdout), excerpts, proposals })}\n`);
  }
  for (const problem of problems) process.stderr.write(`offloop: ${printable(problem)}\n`);
  if (problems.length > 0) return exitCode.usage;
  const unknown = options.failOn === undefined ? null : notMeasured(report);
  if (unknown !== null) {
    // Also with --quiet: a check that could not be made must not look like one that was passed.
    process.stderr.write(`offloop: ${notMeasuredText(unknown, report)}\n`);
    return exitCode.cannotAttach;
  }
  const { fails, sentences } = checkFailOn(report, options);
  if (!options.quiet) for (const sentence of sentences) process.stderr.write(`offloop: ${sentence}\n`);
  return fails ? exitCode.failOn : exitCode.done;
}
