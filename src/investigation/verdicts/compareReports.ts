import type { Report, ReportFinding } from '../../report/report.ts';
import { blocksByThread } from '../../report/threads.ts';
import { judgeFinding, judgeNewFinding, type Judgement } from './judgeFinding.ts';

/** One finding before and after, with its verdict and what that rests on. */
export interface ComparedFinding extends Judgement {
  readonly id: string;
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

/** Compares the findings of two reports by their ids, which do not change when lines move. */
export function compareReports(before: Report, after: Report): Comparison {
  const later = new Map(after.findings.map((finding) => [finding.id, finding]));
  const known = new Set(before.findings.map(({ id }) => id));
  const compared = before.findings.map((finding): ComparedFinding => {
    const judgement = judgeFinding(finding, before, after);
    return { id: finding.id, ...judgement, before: finding, after: later.get(finding.id) ?? null };
  });
  const fresh = after.findings
    .filter(({ id }) => !known.has(id))
    .map((finding): ComparedFinding => {
      return { id: finding.id, ...judgeNewFinding(finding, before, after), before: null, after: finding };
    });
  return { version: 1, findings: [...compared, ...fresh], before: side(before), after: side(after) };
}
