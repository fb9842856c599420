import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../../src/investigation/verdicts/judgeFinding.ts';
import { english } from '../../../src/wording/localizer.ts';
import { verdictText } from '../../../src/wording/verdictText.ts';

const judged = (over: Partial<Judgement>): Judgement => ({
  ...{ verdict: 'cannot-tell', reason: null, code: 'changed', calls: null, takenOverBy: null },
  ...over,
});

describe('a verdict in words', () => {
  it.each<readonly [Partial<Judgement>, string, string]>([
    [{ verdict: 'gone' }, 'good', '✓ gone'],
    [{ verdict: 'faster' }, 'good', '↓ faster'],
    [{ verdict: 'same' }, 'plain', 'still blocks'],
    [{ verdict: 'same', reason: 'taken-over' }, 'bad', '✗ another call took over its time'],
    [{ verdict: 'slower' }, 'bad', '↑ slower'],
    [{ verdict: 'new' }, 'bad', '+ new'],
    [{ reason: 'code-unchanged' }, 'open', '? no verdict: its code did not change'],
    [{ reason: 'too-few-calls' }, 'open', '? too few calls seen'],
    [
      { reason: 'too-few-calls', calls: { seen: 3, needed: 5, counted: true } },
      'open',
      '? 3 of 5 calls seen',
    ],
    [
      { reason: 'too-few-calls', calls: { seen: 1204, needed: 2000, counted: false } },
      'open',
      '? about 1,204 of 2,000 calls seen',
    ],
  ])('%j is %s: %s', (over, tone, text) => {
    expect(verdictText(judged(over), english)).toEqual({ tone, text });
  });

  it('leaves a place alone for which there is no value', () => {
    expect(english.t('{0} of {1}', 3)).toBe('3 of {1}');
  });
});
