import type {
  LoadedCode,
  Report,
  ReportBlock,
  ReportCallSite,
  ReportFinding,
} from '../../../src/report/report.ts';
import type { ReportView } from '../../../src/terminal/render/renderReport.ts';

/** A call site in `src/login.ts`, line 2. */
export const siteOf = (over: Partial<ReportCallSite> = {}): ReportCallSite => ({
  file: 'src/login.ts',
  function: 'login',
  callee: 'pbkdf2Sync',
  line: 2,
  column: 15,
  endLine: 2,
  endColumn: 54,
  precision: 'call',
  origin: 'user',
  text: null,
  ...over,
});

/** A finding of the call in `src/login.ts`. */
export const findingOf = (over: Partial<ReportFinding> = {}): ReportFinding => ({
  id: 'f1',
  cause: 'crypto',
  callSite: siteOf(),
  count: 14,
  totalMs: 3101,
  maxMs: 412,
  p50Ms: 96,
  threads: ['main'],
  stale: false,
  remedies: [],
  code: [{ file: 'src/login.ts', hash: 'first' }],
  ...over,
});

/** What a recording says of loaded code: the version of `src/login.ts` that ran. */
export const loaded = (version: string): LoadedCode => ({ 'src/login.ts': [version] });

/** A block of one part, in the first tenth of the recording. */
export const blockOf = (over: Partial<ReportBlock> = {}): ReportBlock => ({
  startMs: 100,
  durationMs: 412,
  thread: 'main',
  boundary: 'idle',
  parts: [{ findingId: 'f1', cause: 'crypto', ms: 412 }],
  request: { method: 'POST', url: '/login' },
  stack: [
    { function: 'pbkdf2Sync', file: 'node:internal/crypto/pbkdf2', line: 62, column: 1, kind: 'node' },
    { function: 'login', file: 'src/login.ts', line: 2, column: 15, kind: 'user' },
    { function: 'emit', file: 'node:events', line: 518, column: 28, kind: 'node' },
  ],
  ...over,
});

/** Ten seconds of a server with one finding. */
export const reportOf = (over: Partial<Report> = {}): Report => ({
  version: 1,
  target: {
    pid: 123,
    node: 'v24.1.0',
    title: 'server.js',
    url: 'ws://127.0.0.1:9229/…redacted',
    debuggerAttached: false,
  },
  recording: {
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 10_000,
    samples: 1987,
    intervalMs: 5,
    unobservedMs: 12,
    marks: [],
    requests: 812,
    threads: [{ id: 'main', pid: 123 }],
    code: loaded('first'),
  },
  loop: {
    utilization: 0.41,
    turns: 4410,
    delayMs: { p50: 1.2, p99: 180, max: 412 },
    stalls: [],
  },
  findings: [findingOf()],
  blocks: [blockOf()],
  ...over,
});

const loginSource = [
  'export async function login({ password, salt }) {',
  '  const key = pbkdf2Sync(password, salt, 310_000, 32);',
  "  return key.toString('hex');",
  '}',
].join('\n');

/** Plain text, 80 columns, the source of `src/login.ts` at hand. */
export const viewOf = (over: Partial<ReportView> = {}): ReportView => ({
  color: false,
  width: 80,
  excerpts: { read: (file) => (file === 'src/login.ts' ? loginSource : undefined) },
  proposals: new Map(),
  ...over,
});
