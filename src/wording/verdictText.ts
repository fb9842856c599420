import { assertNever } from '../base/assertNever.ts';
import type { Judgement } from '../investigation/verdicts/judgeFinding.ts';
import type { Localizer } from './localizer.ts';
import { formatCount } from './numbers/formatNumbers.ts';

/** A verdict as a table has it: what became of a finding, or what is missing to tell. */
export interface VerdictText {
  readonly tone: 'good' | 'bad' | 'open' | 'plain';
  readonly text: string;
}

/** What became of a finding between two reports. */
export function verdictText(judgement: Judgement, l10n: Localizer): VerdictText {
  switch (judgement.verdict) {
    case 'gone':
      return { tone: 'good', text: l10n.t('✓ gone') };
    case 'faster':
      return { tone: 'good', text: l10n.t('↓ faster') };
    case 'same':
      return judgement.reason === 'taken-over'
        ? { tone: 'bad', text: l10n.t('✗ another call took over its time') }
        : { tone: 'plain', text: l10n.t('still blocks') };
    case 'slower':
      return { tone: 'bad', text: l10n.t('↑ slower') };
    case 'new':
      return { tone: 'bad', text: l10n.t('+ new') };
    case 'cannot-tell':
      return { tone: 'open', text: l10n.t('? {0}', missingText(judgement, l10n)) };
    default:
      return assertNever(judgement.verdict);
  }
}

function missingText({ reason, calls }: Judgement, l10n: Localizer): string {
  switch (reason) {
    case 'too-few-calls':
      return callsText(calls, l10n);
    case 'code-unchanged':
      return l10n.t('no verdict: its code did not change');
    case 'code-unknown':
      return l10n.t('no verdict: its code is unknown');
    case 'below-threshold':
      return l10n.t('no verdict: it was below the threshold');
    case 'near-threshold':
      return l10n.t('no verdict: it is too close to the threshold');
    case 'only-at-start':
      return l10n.t('no verdict: it blocks only at start-up');
    case 'no-code':
      return l10n.t('no verdict: no code causes it');
    case 'taken-over':
    case null:
      return l10n.t('no verdict');
    default:
      return assertNever(reason);
  }
}

/** How many calls of the needed ones were seen since. */
export function callsText(calls: Judgement['calls'], l10n: Localizer): string {
  if (calls === null) return l10n.t('too few calls seen');
  const [seen, needed] = [calls.seen, calls.needed].map(formatCount) as [string, string];
  return calls.counted
    ? l10n.t('{0} of {1} calls seen', seen, needed)
    : l10n.t('about {0} of {1} calls seen', seen, needed);
}
