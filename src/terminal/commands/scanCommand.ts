import { resolve } from 'node:path';
import { OffloopError } from '../../base/offloopError.ts';
import { scanFolders } from '../../investigation/scanFolders.ts';
import { readProjects } from '../../sources/fixProject.ts';
import { proposeFor } from '../../investigation/investigate.ts';
import { skippedFolders } from '../../sources/skippedFolders.ts';
import { diskSources } from '../../sources/diskSources.ts';
import { renderScan } from '../render/renderScan.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { terminalStyle } from '../output/terminalStyle.ts';
import { writeOutput, writeStdout } from '../output/writeFiles.ts';

/** Options of `offloop scan`. */
export interface ScanOptions {
  readonly root: string;
  readonly json?: string;
  readonly quiet: boolean;
}

const nothingToScan = (paths: readonly string[]): string =>
  `There are no JavaScript or TypeScript files in ${paths.join(', ')}. Folders named ${[...skippedFolders].join(', ')} are skipped.`;

/** `offloop scan`: calls of blocking APIs in async functions and handlers, without running anything. */
export async function scanCommand(paths: readonly string[], options: ScanOptions): Promise<ExitCode> {
  const sources = diskSources();
  const { root } = options;
  const { found, files } = await scanFolders(paths, root, sources);
  if (files === 0) throw new OffloopError('bad-input', nothingToScan(paths));
  const { report, proposals } = proposeFor(found, sources, root, readProjects(root));
  if (options.json !== '-' && !options.quiet) {
    const excerpts = { read: (file: string) => sources.read(resolve(root, file))?.text };
    const view = { ...terminalStyle(process.stdout), excerpts, proposals };
    await writeStdout(`${renderScan(report, files, view)}\n`);
  }
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  return exitCode.done;
}
