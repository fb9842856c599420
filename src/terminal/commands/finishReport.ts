import { resolve } from 'node:path';
import { exportSarif } from '../../analysis/exportSarif.ts';
import type { Recording } from '../../analysis/recording.ts';
import { exportProfile } from '../../analysis/timeline/exportProfile.ts';
import { timelineOf } from '../../analysis/timeline/timeline.ts';
import { readProjects } from '../../investigation/fixProject.ts';
import { investigate, type Investigation } from '../../investigation/investigate.ts';
import { diskSources } from '../../sources/diskSources.ts';
import { renderReport } from '../renderReport.ts';
import { exitCode, type ExitCode } from './exitCode.ts';
import type { ReportOptions } from './reportOptions.ts';
import { terminalStyle } from './terminalStyle.ts';
import { writeOutput, writeStdout } from './writeFiles.ts';

declare const OFFLOOP_VERSION: string;

async function writeExports(
  recording: Recording,
  { report }: Investigation,
  options: ReportOptions,
): Promise<void> {
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (options.json !== undefined && options.json !== '-') await writeOutput(resolve(options.json), json);
  if (options.sarif !== undefined) {
    const sarif = exportSarif(report, options.root, OFFLOOP_VERSION);
    await writeOutput(resolve(options.sarif), `${JSON.stringify(sarif, null, 2)}\n`);
  }
  const main = recording.threads[0];
  if (options.cpuprofile !== undefined && main !== undefined) {
    await writeOutput(resolve(options.cpuprofile), JSON.stringify(exportProfile(timelineOf(main))));
  }
  if (options.json === '-') await writeStdout(json);
}

/** Analyses a recording, writes what was asked for, prints the report, and answers with the exit code. */
export async function finishReport(recording: Recording, options: ReportOptions): Promise<ExitCode> {
  const sources = diskSources();
  const { threshold, root, map: mappings, fullUrls } = options;
  const analysis = { threshold, root, mappings, fullUrls };
  const investigation = investigate(recording, sources, analysis, readProjects(root));
  const { report, proposals } = investigation;
  await writeExports(recording, investigation, options);
  if (options.json !== '-' && !options.quiet) {
    const excerpts = { read: (file: string) => sources.read(resolve(options.root, file))?.text };
    await writeStdout(`${renderReport(report, { ...terminalStyle(process.stdout), excerpts, proposals })}\n`);
  }
  const limit = options.failOn;
  const exceeded = limit !== undefined && report.blocks.some(({ durationMs }) => durationMs > limit);
  return exceeded ? exitCode.failOn : exitCode.done;
}
