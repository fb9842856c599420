import { stackIn } from '../../report/stackIn.ts';
import type { ReportBlock, ReportStackFrame } from '../../report/report.ts';
import { requestName } from '../../recording/requestRoute.ts';
import { isGone, type FindingView } from '../state/findingViews.ts';
import { causeTexts } from '../../wording/causeTexts.ts';
import { lensText, plain } from './findingText.ts';
import type { Localizer } from './localizer.ts';
import { formatMs } from './numbers.ts';

/** A hover as data: the surface escapes every text and decides which frames become links. */
export interface HoverModel {
  readonly numbers: string;
  /** Null where a problem stands at the same place, which says it already. */
  readonly cause: string | null;
  /** What the longest block served; null when unknown. */
  readonly request: string | null;
  readonly stackTitle: string | null;
  readonly frames: readonly ReportStackFrame[];
}

/** Deeper stacks are cut at the leaf's end of the framework. */
const mostFrames = 12;

/** What a hover says about a finding. */
export function hoverModel(view: FindingView, l10n: Localizer): HoverModel {
  const block = view.longest;
  const stack = block === null ? [] : stackIn(block, view.id);
  return {
    numbers: view.session.kind === 'scan' ? l10n.t('Not measured yet.') : lensText(view, l10n),
    cause: isGone(view) ? l10n.t(causeTexts[view.finding.cause]) : null,
    request:
      block?.request == null
        ? null
        : l10n.t(
            'The longest block served {0}',
            requestName(plain(block.request.method), plain(block.request.url)),
          ),
    stackTitle: block === null || stack.length === 0 ? null : stackTitle(block, view.id, l10n),
    frames: stack.slice(0, mostFrames),
  };
}

/** The finding's own part stands first: it is the number above. */
function stackTitle({ parts, durationMs }: ReportBlock, id: string, l10n: Localizer): string {
  const [part, whole] = [parts.find(({ findingId }) => findingId === id)?.ms ?? 0, durationMs].map(formatMs);
  return part === whole
    ? l10n.t('Stack of the longest block ({0})', whole ?? '')
    : l10n.t('Stack of the longest part ({0} of a block of {1})', part ?? '', whole ?? '');
}
