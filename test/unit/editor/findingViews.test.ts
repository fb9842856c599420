import { describe, expect, it } from 'vitest';
import type { FindingView } from '../../../src/editor/state/findingViews.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { endIn, findingOf, recordIn, reportOf } from '../support/sessions.ts';

/** Each finding that surfaces show: its session, what was measured, and what came of it. */
const drawn = ({ findings }: SessionStore): readonly string[] =>
  findings.map(({ session, id, finding, verdict }: FindingView) =>
    [session.id, id, `${String(finding.count)}×`, verdict ?? 'first'].join(' '),
  );

describe('what the files show of several sessions of one program', () => {
  it('comes from the one that records, also when a later one was stopped', () => {
    const store = new SessionStore();
    const [a, b] = [recordIn(store, 1), recordIn(store, 2)];
    store.handle(a.id, { kind: 'report', report: reportOf([findingOf('hash', 3, 90)]), run: 0 });
    endIn(store, b, reportOf([findingOf('hash', 1, 122), findingOf('parse', 1, 70)]));
    expect(drawn(store)).toEqual(['1 hash 3× first']);
    expect(store.findings[0]?.session.phase).toBe('recording');
  });

  it('comes from all that record, of a finding from the one it blocks longest in', () => {
    const store = new SessionStore();
    const [a, b] = [recordIn(store, 1), recordIn(store, 2)];
    const reportA = reportOf([findingOf('hash', 9, 90), findingOf('parse', 1, 70)]);
    store.handle(a.id, { kind: 'report', report: reportA, run: 0 });
    store.handle(b.id, {
      kind: 'report',
      report: reportOf([findingOf('hash', 1, 60), findingOf('zip', 1, 80)]),
      run: 0,
    });
    expect(drawn(store)).toEqual(['1 hash 9× first', '1 parse 1× first', '2 zip 1× first']);
  });

  it('comes from the ended ones that went on together once none records', () => {
    const store = new SessionStore();
    const [a, b] = [recordIn(store, 1), recordIn(store, 2)];
    endIn(store, a, reportOf([findingOf('hash', 9, 90)]));
    endIn(store, b, reportOf([findingOf('zip', 1, 80)]));
    expect(drawn(store)).toEqual(['1 hash 9× first', '2 zip 1× first']);
  });

  it('stays while a new session has nothing to say yet', () => {
    const store = new SessionStore();
    endIn(store, recordIn(store, 1), reportOf([findingOf('hash', 9, 90)]));
    recordIn(store, 2);
    expect(drawn(store)).toEqual(['1 hash 9× first']);
  });

  it('is compared with a session that was over before, not with one beside it', () => {
    const store = new SessionStore();
    endIn(store, recordIn(store, 1), reportOf([findingOf('hash', 9, 90)]));
    const [b, c] = [recordIn(store, 2), recordIn(store, 3)];
    endIn(store, b, reportOf([findingOf('zip', 9, 80)]));
    endIn(store, c, reportOf([], 100, 'second'));
    expect(drawn(store)).toEqual(['2 zip 9× first', '3 hash 9× gone']);
  });

  it('is compared with a run whose code is known, however often another one saw the call', () => {
    const store = new SessionStore();
    const [a, b] = [recordIn(store, 1), recordIn(store, 2)];
    // Its file was saved while it ran.
    endIn(store, a, reportOf([findingOf('hash', 40, 90)], 100, ''));
    endIn(store, b, reportOf([findingOf('hash', 9, 90)]));
    endIn(store, recordIn(store, 3), reportOf([], 100, 'second'));
    expect(drawn(store)).toEqual(['3 hash 9× gone']);
  });
});
