import type { Cause } from '../../report/cause.ts';
import { oneLine, titleWithoutSite } from '../../report/exports/findingWords.ts';
import { areProcesses, loopsOf } from '../../report/threads.ts';
import type { ReportFinding } from '../../report/report.ts';
import { isGone, type FindingView } from '../state/findingViews.ts';
import { assertNever } from '../../base/assertNever.ts';
import type { Judgement } from '../../investigation/verdicts/judgeFinding.ts';
import { currentRun } from '../state/session.ts';
import { callsText } from '../../wording/verdictText.ts';
import { causeTexts } from '../../wording/causeTexts.ts';
import type { Localizer } from '../../wording/localizer.ts';
import { formatCount, formatMs, formatShare } from '../../wording/numbers/formatNumbers.ts';

/** Names come from the target; longer ones are cut, in characters. */
const longestName = 60;

/** A text of the target's as one short line without control characters. */
export const plain = (text: string): string => oneLine(text, longestName);

/** What blocked: the callee, the function, or the cause if there is no code. */
export function subjectOf({ finding, callee }: FindingView, l10n: Localizer): string {
  const site = finding.callSite;
  if (site !== null) return plain(callee ?? site.function);
  return subjectWithoutSite(finding.cause, l10n);
}

/** What blocked where no call is to blame. */
export const subjectWithoutSite = (cause: Cause, l10n: Localizer): string => l10n.t(titleWithoutSite(cause));

/** The worker threads, or processes, whose loops a finding blocked; null where it is the only process's main thread. */
export function workersText({ finding, run }: FindingView, l10n: Localizer): string | null {
  const [first, ...others] = loopsOf(finding, run.report);
  if (first === undefined) return null;
  if (others.length === 0) return plain(first);
  const count = others.length + 1;
  return areProcesses(finding)
    ? l10n.t('{0} processes', formatCount(count))
    : l10n.t('{0} worker threads', formatCount(count));
}

/** The problem as the Problems panel says it. */
export function messageOf(view: FindingView, l10n: Localizer): string {
  const { finding, share, session } = view;
  const why = l10n.t(causeTexts[finding.cause]);
  const part =
    share === null || session.kind === 'scan'
      ? ''
      : ` ${l10n.t('That is {0} of the session.', formatShare(share))}`;
  return `${sentenceOf(view, l10n)}${part} ${why}`;
}

/** What a finding comes to in one sentence. */
export function sentenceOf(view: FindingView, l10n: Localizer): string {
  const subject = subjectOf(view, l10n);
  const { finding, session, before } = view;
  if (session.kind === 'scan') return l10n.t('{0} blocks the event loop while it runs.', subject);
  const workers = workersText(view, l10n);
  const loop = workers === null ? l10n.t('the event loop') : l10n.t('the event loop of {0}', workers);
  const longest = formatMs(shownMs(view));
  if (isGone(view) && before !== null) {
    const threshold = formatMs(session.thresholdMs);
    return l10n.t(
      '{0} blocked {1} for {2} before its code changed; since then it stays under {3}. ✓',
      ...[subject, loop, longest, threshold],
    );
  }
  return finding.count === 1
    ? l10n.t('{0} blocked {1} once, for {2}.', subject, loop, longest)
    : l10n.t('{0} blocked {1} {2} times, {3} at most.', subject, loop, formatCount(finding.count), longest);
}

/** Whether a finding is in the project's own code, which a change of it reaches; garbage has no place of its own. */
export function isOwnCode({ callSite, cause }: Pick<ReportFinding, 'callSite' | 'cause'>): boolean {
  if (callSite === null) return cause === 'gc' || cause === 'module-load';
  return callSite.origin === 'user' && !callSite.file.split('/').includes('node_modules');
}

/** The number that stands for a finding: its longest block, before it was fixed where it is. */
export const shownMs = (view: FindingView): number =>
  isGone(view) && view.before !== null ? view.before.maxMs : view.finding.maxMs;

/**
 * What became of a finding since an earlier run, with the number before: `412 ms → under 50 ms ✓`. Null in a program's first
 * run, and where it blocks as before although nobody changed its code.
 */
export function proofOf(view: FindingView, l10n: Localizer): string | null {
  const outcome = outcomeOf(view, l10n);
  if (view.before === null || outcome === null) return outcome;
  const before = formatMs(view.before.maxMs);
  if (isGone(view)) return `${before} ${outcome}`;
  return view.verdict === 'cannot-tell' ? l10n.t('{0} before · {1}', before, outcome) : outcome;
}

/** The same where the number before is said already: `→ under 50 ms ✓`. */
export function outcomeOf(view: FindingView, l10n: Localizer): string | null {
  const { before, finding, judgement, session } = view;
  if (before === null || judgement === null) return null;
  const medians = [formatMs(before.p50Ms), formatMs(finding.p50Ms)] as const;
  switch (judgement.verdict) {
    case 'gone':
      return l10n.t('→ under {0} ✓', formatMs(session.thresholdMs));
    case 'cannot-tell':
      return unknownText(judgement, l10n);
    case 'faster':
    case 'same':
    case 'slower':
      if (judgement.reason === 'taken-over') return takenOverText(view, judgement, l10n);
      return judgement.code === 'changed' ? l10n.t('still blocks: median {0} → {1}', ...medians) : null;
    case 'new':
      return null;
  }
}

/** Why it cannot be told whether a call still blocks, so that it is clear what is missing. */
function unknownText({ reason, calls }: Judgement, l10n: Localizer): string {
  switch (reason) {
    case 'too-few-calls':
      return callsText(calls, l10n);
    case 'code-unchanged':
      return l10n.t('not seen since, code unchanged');
    case 'below-threshold':
      return l10n.t('below the threshold');
    case 'near-threshold':
      return l10n.t('too close to the threshold');
    case 'only-at-start':
      return l10n.t('only at start-up');
    case 'code-unknown':
    case 'no-code':
    case 'taken-over':
    case null:
      return l10n.t('not seen since');
    default:
      return assertNever(reason);
  }
}

/** A fix that only moved the time elsewhere is none. */
function takenOverText({ session }: FindingView, { takenOverBy }: Judgement, l10n: Localizer): string {
  const other = currentRun(session)?.report.findings.find(({ id }) => id === takenOverBy);
  const name = other?.callSite?.callee ?? other?.callSite?.function ?? null;
  return name === null
    ? l10n.t('still blocks: the time is spent elsewhere now')
    : l10n.t('still blocks: the time is spent in {0} now', plain(name));
}

/** Whether the numbers shown are those of the current run. */
const isSeen = ({ verdict, judgement }: FindingView): boolean =>
  verdict !== 'gone' && verdict !== 'cannot-tell' && judgement?.reason !== 'taken-over';

/** The quiet numbers at the end of a line while recording: `blocked 14× · 412 ms`. */
export function lineEndText(view: FindingView, l10n: Localizer): string {
  const { finding, session } = view;
  const proof = proofOf(view, l10n);
  const parts = [
    // Two medians are enough figures: the longest block is left out.
    ...(proof === null
      ? [l10n.t('blocked {0}×', formatCount(finding.count)), formatMs(finding.maxMs)]
      : [...(isSeen(view) ? [`${formatCount(finding.count)}×`] : []), proof]),
    workersText(view, l10n),
    ...(session.phase === 'waiting' ? [l10n.t('not running')] : []),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** The line above a call after a session: `blocked the loop 14× · longest 412 ms · median 96 ms · 31 % of the session`. */
export function lensText(view: FindingView, l10n: Localizer): string {
  const { finding, share } = view;
  const proof = proofOf(view, l10n);
  if (!isSeen(view)) return proof ?? '';
  const workers = workersText(view, l10n);
  const parts = [
    workers === null
      ? l10n.t('blocked the loop {0}×', formatCount(finding.count))
      : l10n.t('blocked the loop of {0} {1}×', workers, formatCount(finding.count)),
    l10n.t('longest {0}', formatMs(finding.maxMs)),
    proof ?? l10n.t('median {0}', formatMs(finding.p50Ms)),
    ...(share === null ? [] : [l10n.t('{0} of the session', formatShare(share))]),
  ];
  return parts.join(' · ');
}

/** The text at a call that was edited since it was measured. */
export function changedText(view: FindingView, l10n: Localizer): string {
  const proof = isSeen(view) ? null : proofOf(view, l10n);
  if (proof !== null) return proof;
  return l10n.t('changed since it blocked for {0} · not measured yet', formatMs(view.finding.maxMs));
}
