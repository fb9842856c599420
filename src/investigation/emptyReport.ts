import type { Report } from '../report/report.ts';

/** A report without a recording, for findings that were read from source. */
export const emptyReport = (findings: Report['findings']): Report => ({
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
