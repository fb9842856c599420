import { scriptPath, type PathMapping } from '../analysis/source/scriptPath.ts';
import type { SourceProvider } from '../code/sourceProvider.ts';
import type { AttachOptions } from '../profiler/attach.ts';

/** Finds the scripts whose files have changed since a process loaded them. */
export const changedScripts =
  (provider: SourceProvider, mappings: readonly PathMapping[]): NonNullable<AttachOptions['isChanged']> =>
  (url, sinceMs) => {
    const path = scriptPath(url, mappings);
    return path !== null && (provider.changedAt?.(path) ?? -Infinity) > sinceMs;
  };
