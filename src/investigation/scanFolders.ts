import { resolve } from 'node:path';
import { FindingTable } from '../analysis/findings/findingTable.ts';
import { scanProject } from '../code/scan/scanSource.ts';
import type { SourceProvider, SourceText } from '../code/sourceProvider.ts';
import type { Findings } from '../report/finding.ts';
import { relativeTo } from '../report/relativePath.ts';
import { sourceFilesOf } from '../sources/sourceFiles.ts';
import { emptyReport } from './emptyReport.ts';

/** What a scan found, and how many files it read. */
export interface Scan {
  readonly found: Findings;
  readonly files: number;
}

/**
 * Scans files and folders as one program: command line and editor find the same calls, those that only another file's handlers
 * reach among them.
 * @throws OffloopError `bad-input` for a path that is not there, or a file that is no source
 */
export async function scanFolders(
  paths: readonly string[],
  root: string,
  sources: SourceProvider,
): Promise<Scan> {
  const seen = new Set<string>();
  const files: SourceText[] = [];
  for (const path of paths) {
    for await (const file of sourceFilesOf(resolve(path))) {
      const source = seen.has(file) ? undefined : sources.read(file);
      seen.add(file);
      if (source !== undefined) files.push(source);
    }
  }
  const table = new FindingTable((site) => relativeTo(root, site.path));
  for (const call of scanProject(files, sources)) table.addUnmeasured(call.site, call.cause);
  return { found: emptyReport(table.findings()), files: seen.size };
}
