import { err, ok, type Result } from '../../../base/result.ts';
import { faultIn } from '../../../sources/checked/faultIn.ts';
import type { Report, ReportBlock, ReportCallSite } from '../../../report/report.ts';
import type { TargetInfo } from '../../../profiler/targets/targetInfo.ts';
import type { Session } from '../session.ts';

/** A source text that a run refers to, with the call sites in it by finding. */
export interface SavedSource {
  readonly path: string;
  readonly text: string;
  readonly sites: Readonly<Record<string, ReportCallSite>>;
}

/** One run as it is kept. */
export interface SavedRun {
  readonly number: number;
  readonly report: Report;
  /** finding id -> its callee as the source has it */
  readonly calls: Readonly<Record<string, string | null>>;
  readonly sources: readonly SavedSource[];
}

/** A session as `schema/session.schema.json` has it, version 1. */
export interface SavedSession {
  readonly version: 1;
  readonly id: number;
  readonly kind: Session['kind'];
  readonly title: string;
  readonly name: string | null;
  readonly root: string;
  readonly thresholdMs: number;
  readonly pid: number | null;
  readonly port: number | null;
  readonly earlier: readonly number[];
  readonly phase: Session['phase'];
  readonly message: string | null;
  readonly target: TargetInfo | null;
  readonly runs: readonly SavedRun[];
}

/** Reads a kept session; the error says what does not fit, and where: somebody else may have written the file. */
export function parseSaved(text: string): Result<SavedSession, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('it is not JSON');
  }
  const fault = faultIn('session', value);
  return fault === null ? ok(value as SavedSession) : err(`in it, ${fault}`);
}

/** Longest text of a session that is kept, in characters: reading it takes the editor some ten milliseconds. */
export const mostCharacters = 3_000_000;
/** Larger source files are kept by nobody's hand. */
const mostSourceCharacters = 400_000;
/** Blocks that are kept of a run that is too large as a whole: the longest. */
const mostBlocks = 300;

const withoutStack = ({ stack: _, ...block }: ReportBlock): ReportBlock => ({
  ...block,
  stack: [],
  parts: block.parts.map(({ findingId, cause, ms }) => ({ findingId, cause, ms })),
});

function longestBlocks({ blocks }: Report): readonly ReportBlock[] {
  const longest = [...blocks].sort((a, b) => b.durationMs - a.durationMs).slice(0, mostBlocks);
  return longest.sort((a, b) => a.startMs - b.startMs);
}

/** What is left out of a session that is too large, one step after the other: details first, findings never. */
const steps: readonly ((run: SavedRun) => SavedRun)[] = [
  (run) => ({ ...run, sources: run.sources.filter(({ text }) => text.length <= mostSourceCharacters) }),
  (run) => ({ ...run, report: { ...run.report, blocks: longestBlocks(run.report) } }),
  (run) => ({ ...run, report: { ...run.report, blocks: run.report.blocks.map(withoutStack) } }),
  (run) => ({ ...run, report: { ...run.report, blocks: [] }, sources: [] }),
];

/** A session as the text of its file, at most `mostCharacters` long; null where even its findings alone are longer. */
export function savedText(session: SavedSession): string | null {
  let { runs } = session;
  for (const step of steps) {
    runs = runs.map(step);
    const text = JSON.stringify({ ...session, runs });
    if (text.length <= mostCharacters) return text;
  }
  return null;
}
