import { findingRoute } from '../../report/findingRoute.ts';
import type { ReportStackFrame } from '../../report/report.ts';
import { stackIn } from '../../report/stackIn.ts';
import { isGone, type FindingView } from '../state/findingViews.ts';
import { isOwnCode, outcomeOf, plain, sentenceOf } from './findingText.ts';
import type { Localizer } from '../../wording/localizer.ts';

/** A hover as data: the surface escapes every text and decides which frames become links. */
export interface HoverModel {
  /** What blocked, and for how long; null where a problem stands at the same place, which says it already. */
  readonly sentence: string | null;
  /** What became of it since an earlier run; null where the sentence says it, or there is nothing to tell. */
  readonly outcome: string | null;
  /** What it served; null when unknown. */
  readonly route: string | null;
  /** The innermost functions of the project that led to its longest block. */
  readonly frames: readonly ReportStackFrame[];
}

/** So many functions say where a call comes from; the timeline shows the rest. */
const mostFrames = 3;

/** Whether a finding is a problem of the project's: code of others is nobody's problem, and what is fixed is none. */
export const isProblem = (view: FindingView): boolean =>
  !isGone(view) && view.finding.callSite !== null && isOwnCode(view.finding);

/** What a hover says about a finding. */
export function hoverModel(view: FindingView, l10n: Localizer): HoverModel {
  const block = view.longest;
  const stack = block === null ? [] : stackIn(block, view.id);
  const served = findingRoute(view.id, view.run.report);
  return {
    sentence: isProblem(view) ? null : sentenceOf(view, l10n),
    outcome: isGone(view) ? null : outcomeOf(view, l10n),
    route: served === null ? null : l10n.t('It served {0}.', plain(served)),
    frames: stack.filter(({ kind }) => kind === 'user').slice(0, mostFrames),
  };
}
