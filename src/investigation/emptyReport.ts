import type { Report } from '../report/report.ts';

/** A report without a recording, for findings that were read from source; or what becomes one. */
export const emptyReport = <Found>(
  findings: readonly Found[],
): Omit<Report, 'findings' | 'blocks'> & { readonly findings: readonly Found[]; readonly blocks: [] } => ({
  version: 1,
  target: { pid: null, node: null, title: null, url: null, debuggerAttached: null },
  recording: {
    startedAt: null,
    durationMs: 0,
    samples: 0,
    intervalMs: null,
    unobservedMs: null,
    marks: [],
    requests: null,
    routes: null,
    threads: [],
  },
  loop: { utilization: null, turns: null, delayMs: null, stalls: null },
  findings,
  blocks: [],
});
