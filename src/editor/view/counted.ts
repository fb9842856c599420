import { formatCount } from '../../wording/numbers/formatNumbers.ts';
import type { Localizer } from '../../wording/localizer.ts';

/** `1 finding`, `2 findings`. */
export const countedFindings = (count: number, l10n: Localizer): string =>
  count === 1 ? l10n.t('1 finding') : l10n.t('{0} findings', formatCount(count));

/** `1 block`, `2 blocks`. */
export const countedBlocks = (count: number, l10n: Localizer): string =>
  count === 1 ? l10n.t('1 block') : l10n.t('{0} blocks', formatCount(count));

/** `1 call that blocks`, `2 calls that block`. */
export const countedCalls = (count: number, l10n: Localizer): string =>
  count === 1 ? l10n.t('1 call that blocks') : l10n.t('{0} calls that block', formatCount(count));
