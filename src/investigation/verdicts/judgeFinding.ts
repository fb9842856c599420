import type { Report, ReportFinding } from '../../report/report.ts';
import { blocksOfFinding, callsSince, type CallsSince } from './callsSince.ts';
import { codeChange, type CodeChange } from './codeChange.ts';
import { usualThresholdMs } from '../../report/figures/usualThreshold.ts';
import { compareTimes } from './compareTimes.ts';
import { takenOverBy } from './takenOver.ts';

/** What became of one finding between two reports. `cannot-tell`: see the reason. */
export type Verdict = 'gone' | 'faster' | 'same' | 'slower' | 'new' | 'cannot-tell';

/** Why a finding is not gone although it was not seen again, or not new although it was not seen before. */
export type VerdictReason =
  | 'code-unchanged'
  | 'code-unknown'
  | 'below-threshold'
  /** Its blocks were hardly longer than the threshold: with a little luck there are none. */
  | 'near-threshold'
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
/** How often the absence of blocks may be chance where a verdict is given. */
const chance = 0.01;
/** From this share of blocking calls on, each call is taken to block. */
const always = 0.9;
/** A block is told from one that is just missed when it is this many times the threshold. */
const clear = 1.25;
/** No noise makes a call that stays below the threshold this many times as long. */
const far = 3;

const judged = (verdict: Verdict, code: CodeChange, rest: Partial<Judgement> = {}): Judgement => ({
  verdict,
  code,
  reason: null,
  calls: null,
  takenOverBy: null,
  ...rest,
});

const withoutCode = judged('cannot-tell', 'unknown', { reason: 'no-code' });

/** How many parts are clearly above a threshold, both in ms. */
const clearBlocks = (times: readonly number[], threshold: number): number =>
  times.filter((ms) => ms >= clear * threshold).length;

/** The lengths of a finding's parts, in ms. */
const timesOf = (report: Report, id: string): readonly number[] =>
  report.blocks.flatMap(({ parts }) => parts.filter(({ findingId }) => findingId === id).map(({ ms }) => ms));

const thresholdOf = ({ recording }: Report): number => recording.thresholdMs ?? usualThresholdMs;

/** What counts as a block in both reports, ms. */
const commonThreshold = (before: Report, after: Report): number =>
  Math.max(thresholdOf(before), thresholdOf(after));

/**
 * What became of a finding of `before` in `after`. Gone only where the code on its stack changed, it was above the
 * threshold, enough calls were seen since, and no other finding took over its time.
 */
export function judgeFinding(finding: ReportFinding, before: Report, after: Report): Judgement {
  const { id } = finding;
  if (finding.cause === 'starved') return withoutCode;
  const code = codeChange(finding, after);
  if (after.findings.every((each) => each.id !== id)) return judgeAbsent(finding, code, before, after);
  // What the same code takes differs with the machine and its load.
  if (code === 'unchanged') return judged('same', code, { reason: 'code-unchanged' });
  const later = timesOf(after, id);
  // Of a call that blocks no more, some time may still be seen in the blocks of others.
  const isGone =
    later.every((ms) => ms < thresholdOf(after)) &&
    judgeAbsent(finding, code, before, after).verdict === 'gone';
  return judged(isGone ? 'faster' : compareTimes(timesOf(before, id), later), code);
}

/** What became of a finding that `after` does not have, or has no block of. */
function judgeAbsent(finding: ReportFinding, code: CodeChange, before: Report, after: Report): Judgement {
  const { id } = finding;
  const times = timesOf(before, id);
  if (code !== 'changed')
    return judged('cannot-tell', code, { reason: code === 'unchanged' ? 'code-unchanged' : 'code-unknown' });
  const threshold = commonThreshold(before, after);
  if (times.every((ms) => ms < threshold)) return judged('cannot-tell', code, { reason: 'below-threshold' });
  const blocks = clearBlocks(times, threshold);
  if (blocks === 0) return judged('cannot-tell', code, { reason: 'near-threshold' });
  if (isOnlyAtStart(finding, before)) return judged('cannot-tell', code, { reason: 'only-at-start' });
  const since = callsSince(finding, blocks, before, after);
  const needed = neededCalls(since, blocks);
  const calls = { seen: since.seen, needed, counted: since.counted };
  if (calls.seen < needed) return judged('cannot-tell', code, { reason: 'too-few-calls', calls });
  const other = takenOverBy(id, before, after);
  if (other !== null) return judged('same', code, { reason: 'taken-over', calls, takenOverBy: other });
  return judged('gone', code, { calls });
}

/** What a finding of `after` is that `before` did not have. */
export function judgeNewFinding(finding: ReportFinding, before: Report, after: Report): Judgement {
  if (finding.cause === 'starved') return withoutCode;
  const code = codeChange(finding, before);
  if (code === 'unchanged') return judged('cannot-tell', code, { reason: 'code-unchanged' });
  // Reports of an earlier version say nothing of code.
  const isSilent = before.recording.code == null;
  const isNewFile = finding.code?.some(({ file }) => before.recording.code?.[file] === undefined) === true;
  if (isSilent || isNewFile) return judged('new', code);
  if (code !== 'changed') return judged('cannot-tell', code, { reason: 'code-unknown' });
  return wasMissed(finding, before, after)
    ? judged('cannot-tell', code, { reason: 'near-threshold' })
    : judged('new', code);
}

/** Whether a call that blocks in `after` may have taken as long before: it stayed below the threshold by chance. */
function wasMissed(finding: ReportFinding, before: Report, after: Report): boolean {
  const threshold = commonThreshold(before, after);
  const times = timesOf(after, finding.id);
  if (times.some((ms) => ms >= far * threshold)) return false;
  const blocks = clearBlocks(times, threshold);
  if (blocks === 0) return true;
  const since = callsSince(finding, blocks, after, before);
  return since.seen < neededCalls(since, blocks);
}

/** Five calls, and more where only some of them blocked: so many that all of them missed by chance once in a hundred. */
function neededCalls({ seen, expectedBlocks }: CallsSince, blocks: number): number {
  const share = seen === 0 ? 1 : expectedBlocks / seen;
  if (share >= always) return leastCalls;
  // Few blocks tell their share roughly: one less of them is as likely.
  const atLeast = Math.max((share * blocks) / (blocks + 1), 1e-9);
  return Math.max(leastCalls, Math.ceil(Math.log(chance) / Math.log(1 - atLeast)));
}

/** Whether a finding blocks once, while the program starts: a recording that began later cannot see it. */
const isOnlyAtStart = ({ id, cause }: ReportFinding, before: Report): boolean =>
  cause === 'module-load' && blocksOfFinding(before, id).every(({ request }) => request === null);
