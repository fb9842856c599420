import { assertNever } from '../../base/assertNever.ts';
import type { Judgement } from '../../investigation/verdicts/judgeFinding.ts';
import type { Localizer } from './localizer.ts';

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
      return calls === null
        ? l10n.t('too few calls seen')
        : l10n.t('{0} of {1} calls seen', calls.seen, calls.needed);
    case 'code-unchanged':
      return l10n.t('its code did not change');
    case 'code-unknown':
      return l10n.t('its code is not known');
    case 'below-threshold':
      return l10n.t('it was below the threshold');
    case 'near-threshold':
      return l10n.t('it is too close to the threshold');
    case 'only-at-start':
      return l10n.t('it blocks only at start-up');
    case 'no-code':
      return l10n.t('no code causes it');
    case 'taken-over':
    case null:
      return l10n.t('no verdict');
    default:
      return assertNever(reason);
  }
}
