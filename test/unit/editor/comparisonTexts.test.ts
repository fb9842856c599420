import { describe, expect, it } from 'vitest';
import type { ReportFinding } from '../../../src/report/report.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { lensText, lineEndText } from '../../../src/editor/view/findingText.ts';
import { english } from '../../../src/wording/localizer.ts';
import { findingOf, recordIn, reportOf } from '../support/sessions.ts';

/** One run of a program: its one finding, if any, the version of its code, and the requests that were served. */
interface DrawnRun {
  readonly finding: ReportFinding | null;
  readonly code: string;
  readonly requests?: number;
}

/** Line end and lens of the finding after two runs of one session. */
function afterRuns(...runs: readonly DrawnRun[]): readonly string[] {
  const store = new SessionStore();
  const { id } = recordIn(store, 1);
  for (const [run, { finding, code, requests = 9 }] of runs.entries()) {
    const report = reportOf(finding === null ? [] : [finding], requests, code);
    store.handle(id, { kind: 'report', report, run });
  }
  return store.findings.flatMap((view) => [lineEndText(view, english), lensText(view, english)]);
}

const slow: ReportFinding = { ...findingOf('hash', 9, 88), maxMs: 151 };
const before = { finding: slow, code: 'first' };

describe('a call that is measured again', () => {
  it('still blocks only where its code changed, which compares medians and names them', () => {
    const now: ReportFinding = { ...findingOf('hash', 9, 60), maxMs: 90 };
    expect(afterRuns(before, { finding: now, code: 'second' })).toEqual([
      '9× · still blocks: median 88 ms → 60 ms',
      'blocked the loop 9× · longest 90 ms · still blocks: median 88 ms → 60 ms · 5 % of the session',
    ]);
  });

  it('shows its numbers alone where its code did not change', () => {
    expect(afterRuns(before, before)).toEqual([
      'blocked 9× · 151 ms',
      'blocked the loop 9× · longest 151 ms · median 88 ms · 8 % of the session',
    ]);
  });

  it('counts the calls that are missing until there are enough', () => {
    const seen = [0, 3, 4, 5].map(
      (requests) => afterRuns(before, { finding: null, code: 'second', requests })[0],
    );
    expect(seen).toEqual([
      '151 ms before · 0 of 5 calls seen',
      '151 ms before · 3 of 5 calls seen',
      '151 ms before · 4 of 5 calls seen',
      '151 ms → under 50 ms ✓',
    ]);
  });

  it('is never gone after a restart without a change', () => {
    expect(afterRuns(before, { finding: null, code: 'first', requests: 1000 })[0]).toBe(
      '151 ms before · not seen since, code unchanged',
    );
  });

  it('still blocks where another finding took over its time', () => {
    const renamed: ReportFinding = { ...findingOf('derive', 9, 88), maxMs: 150 };
    const [first] = afterRuns(before, { finding: renamed, code: 'second' }).filter((text) =>
      text.includes('spent'),
    );
    expect(first).toBe('still blocks: the time is spent in derive now');
  });
});
