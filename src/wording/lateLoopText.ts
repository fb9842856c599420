import type { LateLoop } from '../report/figures/lateLoop.ts';
import type { Localizer } from './localizer.ts';
import { formatCount, formatMs } from './numbers/formatNumbers.ts';

/** Why the loop was late although nothing blocked it, by what held it up. */
export function lateLoopText(late: LateLoop, l10n: Localizer): string {
  const longest = formatMs(late.longestMs);
  if (late.kind === 'delay')
    return l10n.t(
      'No callback was long enough to be a block, but the event loop was once late by {0}.',
      longest,
    );
  return late.callbacks > 1
    ? l10n.t(
        'No single callback was long enough to be a block, but one turn of the event loop took {0} and ran {1} callbacks.',
        longest,
        formatCount(late.callbacks),
      )
    : l10n.t(
        'No callback was long enough to be a block, but one turn of the event loop took {0}, including the work of Node itself.',
        longest,
      );
}
