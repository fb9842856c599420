import { describe, expect, it } from 'vitest';
import type { ReportFinding } from '../../../src/report/report.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { lensText, lineEndText } from '../../../src/editor/view/findingText.ts';
import { english } from '../support/english.ts';
import { findingOf, recordIn, reportOf } from '../support/sessions.ts';

/** One run of a program: its one finding, if any, the text of that call, and the requests that were served. */
interface DrawnRun {
  readonly finding: ReportFinding | null;
  readonly text: string | null;
  readonly requests?: number | null;
}

/** Line end and lens of the finding after two runs of one session. */
function afterRuns(...runs: readonly DrawnRun[]): readonly string[] {
  const store = new SessionStore();
  const { id } = recordIn(store, 1);
  for (const [run, { finding, text, requests = 100 }] of runs.entries()) {
    const calls = new Map([['hash', { callee: 'hash', text }]]);
    const report = reportOf(finding === null ? [] : [finding], requests);
    store.handle(id, { kind: 'report', report, run }, calls);
  }
  return store.findings.flatMap((view) => [lineEndText(view, english), lensText(view, english)]);
}

const slow: ReportFinding = { ...findingOf('hash', 2, 88), maxMs: 151 };

describe('a call that is measured again', () => {
  it('still blocks only where somebody changed it, which compares medians and names them', () => {
    const before = { finding: slow, text: 'hash(210_000)' };
    const now: ReportFinding = { ...findingOf('hash', 2, 60), maxMs: 90 };
    expect(afterRuns(before, { finding: now, text: 'hash(150_000)' })).toEqual([
      '⏱ 2× · still blocks: median 88 ms → 60 ms',
      '⏱ blocked the loop 2× · longest 90 ms · still blocks: median 88 ms → 60 ms · 1 % of the session',
    ]);
  });

  it('shows its numbers alone where nobody changed it, or where that is not known', () => {
    const numbers = [
      '⏱ 2× · 151 ms',
      '⏱ blocked the loop 2× · longest 151 ms · median 88 ms · 2 % of the session',
    ];
    const same = { finding: slow, text: 'hash(210_000)' };
    expect(afterRuns(same, same)).toEqual(numbers);
    expect(afterRuns({ ...same, text: null }, same)).toEqual(numbers);
  });

  it('says what is missing where nothing can be told', () => {
    const before = { finding: { ...slow, count: 1 }, text: 'hash(210_000)' };
    const unseen = (requests: number | null): string | undefined =>
      afterRuns(before, { finding: null, text: null, requests })[0];
    expect([unseen(0), unseen(100), unseen(null)]).toEqual([
      '⏱ 151 ms before · not called yet since',
      '⏱ 151 ms before · not called often enough to tell',
      '⏱ 151 ms before · recorded too briefly to tell',
    ]);
  });

  it('is gone where it would have blocked', () => {
    const before = { finding: { ...slow, count: 9 }, text: 'hash(210_000)' };
    expect(afterRuns(before, { finding: null, text: null })[0]).toBe('⏱ 151 ms → under 50 ms ✓');
  });
});
