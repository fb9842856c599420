import type { Report, ReportFinding } from '../../report/report.ts';
import { blocksOfFinding, callsSince, type CallsSince } from './callsSince.ts';
import { codeChange, type CodeChange } from './codeChange.ts';
import { compareTimes } from './compareTimes.ts';
import { takenOverBy } from './takenOver.ts';

/** What became of one finding between two reports. `cannot-tell`: see the reason. */
export type Verdict = 'gone' | 'faster' | 'same' | 'slower' | 'new' | 'cannot-tell';

/** Why a finding is not gone although it was not seen again, or not new although it was not seen before. */
export type VerdictReason =
  | 'code-unchanged'
  | 'code-unknown'
  | 'below-threshold'
  | 'too-few-calls'
  | 'only-at-start'
  | 'taken-over'
  /** The process lacked the CPU, which no change of its code brings about. */
  | 'no-code';

/** A verdict with what it rests on. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: VerdictReason | null;
  readonly code: CodeChange;
  /** Calls seen since, and how many are needed; null where calls do not matter. */
  readonly calls: { readonly seen: number; readonly needed: number; readonly counted: boolean } | null;
  /** Id of the finding that took over its time. */
  readonly takenOverBy: string | null;
}

/** Calls without a block that prove something, at the least. */
const leastCalls = 5;
/** Below this many blocks expected in the second recording, their absence proves nothing. */
const leastExpected = 3;
/** What counted as a block in reports that do not say it, ms. */
const usualThresholdMs = 50;

const judged = (verdict: Verdict, code: CodeChange, rest: Partial<Judgement> = {}): Judgement => ({
  verdict,
  code,
  reason: null,
  calls: null,
  takenOverBy: null,
  ...rest,
});

const withoutCode = judged('cannot-tell', 'unknown', { reason: 'no-code' });

/** The lengths of a finding's parts, in ms. */
const timesOf = (report: Report, id: string): readonly number[] =>
  report.blocks.flatMap(({ parts }) => parts.filter(({ findingId }) => findingId === id).map(({ ms }) => ms));

const thresholdOf = ({ recording }: Report): number => recording.thresholdMs ?? usualThresholdMs;

/**
 * What became of a finding of `before` in `after`. Gone only where the code on its stack changed, it was above the
 * threshold, enough calls were seen since, and no other finding took over its time.
 */
export function judgeFinding(finding: ReportFinding, before: Report, after: Report): Judgement {
  const { id } = finding;
  if (finding.cause === 'starved') return withoutCode;
  const code = codeChange(finding, after);
  const now = after.findings.find((each) => each.id === id);
  const times = timesOf(before, id);
  if (now !== undefined) {
    // What the same code takes differs with the machine and its load.
    if (code === 'unchanged') return judged('same', code, { reason: 'code-unchanged' });
    return judged(compareTimes(times, timesOf(after, id)), code);
  }
  if (code !== 'changed')
    return judged('cannot-tell', code, { reason: code === 'unchanged' ? 'code-unchanged' : 'code-unknown' });
  const threshold = Math.max(thresholdOf(before), thresholdOf(after));
  const blocks = times.filter((ms) => ms >= threshold).length;
  if (blocks === 0) return judged('cannot-tell', code, { reason: 'below-threshold' });
  if (isOnlyAtStart(finding, before)) return judged('cannot-tell', code, { reason: 'only-at-start' });
  const since = callsSince(finding, blocks, before, after);
  const needed = neededCalls(since);
  const calls = { seen: since.seen, needed, counted: since.counted };
  if (calls.seen < needed) return judged('cannot-tell', code, { reason: 'too-few-calls', calls });
  const other = takenOverBy(id, before, after);
  if (other !== null) return judged('same', code, { reason: 'taken-over', calls, takenOverBy: other });
  return judged('gone', code, { calls });
}

/** What a finding of `after` is that `before` did not have. */
export function judgeNewFinding(finding: ReportFinding, before: Report): Judgement {
  if (finding.cause === 'starved') return withoutCode;
  const code = codeChange(finding, before);
  if (code === 'unchanged') return judged('cannot-tell', code, { reason: 'code-unchanged' });
  // Reports of an earlier version say nothing of code.
  const isSilent = before.recording.code == null;
  const isNewFile = finding.code?.some(({ file }) => before.recording.code?.[file] === undefined) === true;
  if (code === 'changed' || isSilent || isNewFile) return judged('new', code);
  return judged('cannot-tell', code, { reason: 'code-unknown' });
}

/** Five calls, and more where only some of them blocked. */
function neededCalls({ seen, expectedBlocks }: CallsSince): number {
  if (seen === 0 || expectedBlocks >= leastExpected) return leastCalls;
  return Math.max(leastCalls, Math.ceil((leastExpected * seen) / Math.max(expectedBlocks, 1e-9)));
}

/** Whether a finding blocks once, while the program starts: a recording that began later cannot see it. */
const isOnlyAtStart = ({ id, cause }: ReportFinding, before: Report): boolean =>
  cause === 'module-load' && blocksOfFinding(before, id).every(({ request }) => request === null);
