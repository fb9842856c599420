import type { ResolvedTask } from './references/taskReference.ts';

// A stack costs as much as a small task: functions that do not fail do without after a while.
const sitesKept = 32;

/** The place that submitted a task, when it is worth remembering; `boundary` and what it calls are left out. */
export function captureSite(
  mode: boolean | 'auto',
  task: ResolvedTask | undefined,
  boundary: object,
): { readonly stack?: string } | undefined {
  if (mode === false || task === undefined) return undefined;
  if (mode === 'auto' && !task.hasFailed && task.calls++ >= sitesKept) return undefined;
  const site = {};
  Error.captureStackTrace(site, boundary as () => void);
  return site;
}
