import type { Report, ReportFinding } from '../report/report.ts';
import { blocksByThread } from '../report/threads.ts';
import { expectedBlocks } from './expectedBlocks.ts';

/** What became of one finding between two reports. `cannot-tell`: too little was seen afterwards to judge. */
export type Verdict = 'gone' | 'faster' | 'same' | 'slower' | 'new' | 'cannot-tell';

/** One finding before and after; times in ms per minute of recording or per block. */
export interface ComparedFinding {
  readonly id: string;
  readonly verdict: Verdict;
  readonly before: ReportFinding | null;
  readonly after: ReportFinding | null;
}

/** Two reports side by side, the most blocked time before first. Shares are 0 to 1 of the recording. */
export interface Comparison {
  readonly version: 1;
  readonly findings: readonly ComparedFinding[];
  readonly before: ComparisonSide;
  readonly after: ComparisonSide;
}

/** Totals of one report; blocks are those of the main thread, except `workerBlocks`. */
export interface ComparisonSide {
  readonly durationMs: number;
  readonly blocks: number;
  readonly blockedMs: number;
  readonly longestMs: number;
  readonly workerBlocks: number;
  readonly delayP99Ms: number | null;
  readonly requests: number | null;
}

/** Below this many blocks expected in the second recording, their absence proves nothing. */
const leastExpected = 3;
/** Changes of the usual length within this factor are noise. */
const noise = 1.25;

function side(report: Report): ComparisonSide {
  const { main, workers } = blocksByThread(report);
  const lengths = main.map(({ durationMs }) => durationMs);
  return {
    durationMs: report.recording.durationMs,
    blocks: lengths.length,
    blockedMs: Math.round(lengths.reduce((sum, ms) => sum + ms, 0) * 10) / 10,
    longestMs: lengths.reduce((longest, ms) => Math.max(longest, ms), 0),
    workerBlocks: workers.length,
    delayP99Ms: report.loop.delayMs?.p99 ?? null,
    requests: report.recording.requests,
  };
}

function verdictOf(
  finding: ReportFinding,
  now: ReportFinding | undefined,
  before: Report,
  after: Report,
): Verdict {
  if (now === undefined)
    return expectedBlocks(finding, before, after) >= leastExpected ? 'gone' : 'cannot-tell';
  if (now.p50Ms * noise < finding.p50Ms) return 'faster';
  return now.p50Ms > finding.p50Ms * noise ? 'slower' : 'same';
}

/** Compares the findings of two reports by their ids, which do not change when lines move. */
export function compareReports(before: Report, after: Report): Comparison {
  const later = new Map(after.findings.map((finding) => [finding.id, finding]));
  const known = new Set(before.findings.map(({ id }) => id));
  const compared = before.findings.map((finding): ComparedFinding => {
    const now = later.get(finding.id);
    return {
      id: finding.id,
      verdict: verdictOf(finding, now, before, after),
      before: finding,
      after: now ?? null,
    };
  });
  const fresh = after.findings
    .filter(({ id }) => !known.has(id))
    .map((finding): ComparedFinding => ({ id: finding.id, verdict: 'new', before: null, after: finding }));
  return { version: 1, findings: [...compared, ...fresh], before: side(before), after: side(after) };
}
