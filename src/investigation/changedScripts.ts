import { scriptPath, type PathMapping } from '../analysis/source/scriptPath.ts';
import type { SourceProvider } from '../code/sourceProvider.ts';
import type { AttachOptions } from '../profiler/attach.ts';

/** Tells of which scripts a process no longer runs what is in their files. */
export const changedScripts =
  (provider: SourceProvider, mappings: readonly PathMapping[]): NonNullable<AttachOptions['isChanged']> =>
  (url, sinceMs) => {
    const path = scriptPath(url, mappings);
    return path !== null && (provider.changedAt?.(path) ?? -Infinity) > sinceMs;
  };
