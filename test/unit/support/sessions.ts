import type { Report, ReportBlock, ReportFinding } from '../../../src/report/report.ts';
import { emptyReport } from '../../../src/investigation/emptyReport.ts';
import type { Session } from '../../../src/editor/state/session.ts';
import type { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import type { TargetInfo } from '../../../src/profiler/targets/targetInfo.ts';

/** A finding in `lib.js` whose id is its callee, which blocked `count` times, each time for `ms`. */
export const findingOf = (callee: string, count: number, ms: number): ReportFinding => ({
  id: callee,
  cause: 'crypto',
  callSite: {
    file: 'lib.js',
    function: 'work',
    callee,
    line: 2,
    column: 1,
    endLine: 2,
    endColumn: 10,
    precision: 'call',
    origin: 'user',
    text: null,
  },
  count,
  totalMs: count * ms,
  maxMs: ms,
  p50Ms: ms,
  threads: ['main'],
  stale: false,
  remedies: [],
  code: [{ file: 'lib.js', hash: 'first' }],
});

/** A block of a finding that served a request. */
const blockOf = ({ id, cause, maxMs }: ReportFinding): ReportBlock => ({
  startMs: 0,
  durationMs: maxMs,
  thread: 'main',
  boundary: 'marks',
  parts: [{ findingId: id, cause, ms: maxMs }],
  request: { method: 'GET', url: '/work' },
  stack: [],
});

/** A report of 10 s in which a number of requests was served; `code` is the version of `lib.js` that ran. */
export function reportOf(
  findings: readonly ReportFinding[],
  requests: number | null = 100,
  code = 'first',
): Report {
  const report = emptyReport(findings);
  const coded = findings.map((finding) => ({ ...finding, code: [{ file: 'lib.js', hash: code }] }));
  const routes = requests === null ? null : { 'GET /work': requests };
  const recording = { ...report.recording, durationMs: 10_000, requests, routes, code: { 'lib.js': [code] } };
  const blocks = findings.flatMap((finding) => Array.from({ length: finding.count }, () => blockOf(finding)));
  return { ...report, recording, findings: coded, blocks };
}

/** What a process of `app.js` says about itself. */
const targetOf = (pid: number): TargetInfo => ({
  pid,
  node: 'v22.0.0',
  argv: ['node', '/app/app.js'],
  execArgv: [],
  cwd: '/app',
  platform: 'linux',
  title: null,
  underDebugger: false,
  heapBytes: null,
  nowMs: null,
  startedMs: null,
});

/** Opens a session of `app.js` that records the process `pid`. */
export function recordIn(store: SessionStore, pid: number, port: number | null = null): Session {
  const address = `ws://127.0.0.1:${String(pid)}/of-its-own`;
  const asked = { target: { kind: 'address', address }, pid, port } as const;
  const { id } = store.open({ kind: 'live', title: 'app.js', root: '/app', thresholdMs: 50, asked });
  store.handle(id, { kind: 'attached', target: targetOf(pid), address, restarts: 0 });
  const session = store.get(id);
  if (session === null) throw new Error('The store lost a session.');
  return session;
}

/** Ends a session with a last report. */
export function endIn(store: SessionStore, { id }: Session, report: Report, run = 0): void {
  store.handle(id, { kind: 'ended', report, run, reason: null });
}
