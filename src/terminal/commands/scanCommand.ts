import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { FindingTable } from '../../analysis/findings/findingTable.ts';
import { relativeTo } from '../../report/relativePath.ts';
import { scanProject } from '../../code/scan/scanSource.ts';
import type { SourceText } from '../../code/sourceProvider.ts';
import { OffloopError } from '../../base/offloopError.ts';
import { emptyReport } from '../../investigation/emptyReport.ts';
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

const sourceFiles: ReadonlySet<string> = new Set([
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
]);
async function* filesUnder(path: string): AsyncGenerator<string> {
  const entry = await stat(path).catch((cause: unknown) => {
    throw new OffloopError('bad-input', `Cannot scan ${path}: there is no such file or folder.`, { cause });
  });
  if (entry.isFile()) {
    if (!sourceFiles.has(extname(path)))
      throw new OffloopError('bad-input', `Cannot scan ${path}: it is not a JavaScript or TypeScript file.`);
    yield path;
  }
  if (!entry.isDirectory()) return;
  for (const child of await readdir(path, { withFileTypes: true })) {
    if (child.name.startsWith('.') || skippedFolders.has(child.name)) continue;
    if (child.isDirectory()) yield* filesUnder(join(path, child.name));
    else if (child.isFile() && sourceFiles.has(extname(child.name))) yield join(path, child.name);
  }
}

const nothingToScan = (paths: readonly string[]): string =>
  `There are no JavaScript or TypeScript files in ${paths.join(', ')}. Folders named ${[...skippedFolders].join(', ')} are skipped.`;

/** `offloop scan`: calls of blocking APIs in async functions and handlers, without running anything. */
export async function scanCommand(paths: readonly string[], options: ScanOptions): Promise<ExitCode> {
  const sources = diskSources();
  const table = new FindingTable((site) => relativeTo(options.root, site.path));
  const seen = new Set<string>();
  const files: SourceText[] = [];
  for (const path of paths) {
    for await (const file of filesUnder(resolve(path))) {
      const source = seen.has(file) ? undefined : sources.read(file);
      seen.add(file);
      if (source !== undefined) files.push(source);
    }
  }
  for (const call of scanProject(files, sources)) table.addUnmeasured(call.site, call.cause);
  if (seen.size === 0) throw new OffloopError('bad-input', nothingToScan(paths));
  const { root } = options;
  const found = emptyReport(table.findings());
  const { report, proposals } = proposeFor(found, sources, root, readProjects(root));
  if (options.json !== '-' && !options.quiet) {
    const excerpts = { read: (file: string) => sources.read(resolve(root, file))?.text };
    const view = { ...terminalStyle(process.stdout), excerpts, proposals };
    await writeStdout(`${renderScan(report, seen.size, view)}\n`);
  }
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  return exitCode.done;
}
