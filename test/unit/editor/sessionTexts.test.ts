import { describe, expect, it } from 'vitest';
import { sessionOf } from '../../../src/editor/state/sessionOf.ts';
import { foremost, type Asked, type Session } from '../../../src/editor/state/session.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { endText } from '../../../src/editor/view/endText.ts';
import { lineEndText } from '../../../src/editor/view/findingText.ts';
import { profileText, scanText } from '../../../src/editor/view/resultText.ts';
import { statusText, statusTooltip } from '../../../src/editor/view/statusText.ts';
import { rowText } from '../../../src/editor/view/tree/rowText.ts';
import { childNodes, isLeaf } from '../../../src/editor/view/tree/treeNodes.ts';
import { english } from '../../../src/wording/localizer.ts';
import { endIn, findingOf, recordIn, reportOf } from '../support/sessions.ts';

const after = (store: SessionStore, { id }: Session): Session => store.get(id) ?? expect.fail('no session');
const rowsOf = ({ sessions }: SessionStore): readonly string[] =>
  childNodes(undefined, sessions).map((node) => rowText(node, sessions, english).description);
const scanned = {
  kind: 'scan',
  title: 'Workspace scan',
  root: '/app',
  thresholdMs: 50,
  asked: null,
} as const;

describe('two sessions of one script', () => {
  it('are told apart by process and port, in the tree and in the status bar', () => {
    const store = new SessionStore();
    const [a, b] = [recordIn(store, 11, 3000), recordIn(store, 12)];
    expect(rowsOf(store)).toEqual([
      'pid 12 · recording · 0 findings',
      'pid 11 · port 3000 · recording · 0 findings',
    ]);
    expect(statusText(b, store.sessions, null, english)).toMatch(
      /^\$\(circle-filled\) Offloop 00:00 · app\.js \(pid 12\) · .*0 blocks\s*$/,
    );
    expect(statusTooltip(b, store.sessions, english)).toBe(
      'Recording app.js (pid 12). Click to stop. Also recording: app.js (pid 11, port 3000).',
    );
    endIn(store, a, reportOf([]));
    expect(statusText(b, store.sessions, null, english)).toMatch(
      /^\$\(circle-filled\) Offloop 00:00 · loop delay /,
    );
  });

  it('do not claim the port of a process that is gone', () => {
    const store = new SessionStore();
    const { id, target } = recordIn(store, 11, 3000);
    const address = 'ws://127.0.0.1:4/x';
    if (target === null) expect.fail('no target');
    store.handle(id, { kind: 'attached', target: { ...target, pid: 13 }, address, restarts: 1 });
    expect(rowsOf(store)).toEqual(['recording · 0 findings · pid 13']);
  });
});

describe('a session in the tree', () => {
  it('has the name that the user gave it, until that is taken back', () => {
    const store = new SessionStore();
    const { id } = recordIn(store, 11);
    const label = (): string | undefined =>
      childNodes(undefined, store.sessions).map((node) => rowText(node, store.sessions, english).label)[0];
    store.rename(id, 'before the fix');
    expect(label()).toBe('before the fix');
    store.rename(id, null);
    expect(label()).toBe('app.js');
  });

  it('says why it failed', () => {
    const store = new SessionStore();
    const { id } = recordIn(store, 11);
    store.handle(id, { kind: 'failed', code: 'cannot-attach', message: 'Nothing listens there.' });
    expect(rowsOf(store)).toEqual(['failed: Nothing listens there. · pid 11']);
  });
});

describe('a process that is recorded already', () => {
  const asked = (address: string, pid: number | null = null): Asked => ({
    target: { kind: 'address', address },
    pid,
    port: null,
  });

  it('is known by its inspector, by whatever name, and by its pid', () => {
    const store = new SessionStore();
    const { id } = recordIn(store, 4000);
    const found = [asked('localhost:4000'), asked('ws://127.0.0.1:4000/x'), asked('[::1]:1', 4000)];
    expect(found.map((each) => sessionOf(store.sessions, each)?.id)).toEqual([id, id, id]);
    expect(sessionOf(store.sessions, { target: { kind: 'pid', pid: 4000 }, pid: 4000, port: null })?.id).toBe(
      id,
    );
    expect(sessionOf(store.sessions, asked('127.0.0.1:4001', 4001))).toBeNull();
  });

  it('is free again once it is gone or its session is over', () => {
    const store = new SessionStore();
    const session = recordIn(store, 4000);
    store.handle(session.id, { kind: 'waiting', reason: 'gone' });
    expect(sessionOf(store.sessions, asked('127.0.0.1:4000', 4000))).toBeNull();
    const next = recordIn(store, 4000);
    endIn(store, next, reportOf([]));
    expect(sessionOf(store.sessions, asked('127.0.0.1:4000', 4000))).toBeNull();
  });
});

describe('a session whose program ended', () => {
  const waiting = (): { store: SessionStore; session: Session } => {
    const store = new SessionStore();
    const { id } = recordIn(store, 11);
    store.handle(id, { kind: 'report', report: reportOf([findingOf('hash', 2, 80)]), run: 0 });
    store.handle(id, { kind: 'waiting', reason: 'The target is gone.' });
    return { store, session: store.get(id) ?? expect.fail('no session') };
  };

  it('says that it waits, until when, and how to stop, and shows no numbers as if they were live', () => {
    const { store, session } = waiting();
    expect(statusText(session, store.sessions, null, english)).toBe(
      '$(debug-disconnect) Offloop: app.js ended, waiting for its restart',
    );
    expect(statusTooltip(session, store.sessions, english)).toBe(
      'app.js (pid 11) has ended. The recording goes on when it starts again. Without a watcher that restarts it, the session ends after 30 s. Click to stop.',
    );
    expect(rowsOf(store)).toEqual(['ended, waiting for its restart · 1 finding · pid 11']);
    expect(store.findings.map((view) => lineEndText(view, english))).toEqual([
      'blocked 2× · 80 ms · not running',
    ]);
  });

  it('leaves the status bar and Stop to one that records', () => {
    const { store, session } = waiting();
    expect(foremost(store.sessions)?.id).toBe(session.id);
    const other = recordIn(store, 12);
    const third = recordIn(store, 13);
    store.handle(third.id, { kind: 'waiting', reason: null });
    expect(foremost(store.sessions)?.id).toBe(other.id);
  });

  it('says that it is over where its program was done, and does not speak of a restart', () => {
    const store = new SessionStore();
    const session = recordIn(store, 11);
    endIn(store, session, reportOf([findingOf('hash', 2, 80)]));
    expect(endText(after(store, session), 'done', english)).toBe(
      'app.js (pid 11) has ended. Its findings stay.',
    );
  });

  it('says so in the end when nothing took its place, and keeps its findings', () => {
    const { store, session } = waiting();
    endIn(store, session, reportOf([findingOf('hash', 2, 80)]));
    expect(endText(after(store, session), 'not-restarted', english)).toBe(
      'app.js (pid 11) ended and did not start again. Its findings stay.',
    );
    expect(store.findings.map(({ id }) => id)).toEqual(['hash']);
  });
});

describe('the end of a session', () => {
  const stopped = (...report: Parameters<typeof reportOf>): string | null => {
    const store = new SessionStore();
    const session = recordIn(store, 11);
    endIn(store, session, reportOf(...report));
    return endText(after(store, session), 'stopped', english);
  };

  it('needs no words where something was found', () => {
    expect(stopped([findingOf('hash', 1, 80)])).toBeNull();
  });

  it('says what held the loop up where no callback was a block', () => {
    const store = new SessionStore();
    const session = recordIn(store, 11);
    const report = reportOf([]);
    const loop = { ...report.loop, stalls: [{ startMs: 5, durationMs: 65, callbacks: 8 }] };
    endIn(store, session, { ...report, recording: { ...report.recording, samples: 90 }, loop });
    expect(endText(after(store, session), 'stopped', english)).toBe(
      'app.js (pid 11): No single callback was long enough to be a block, but one turn of the event loop took 65 ms and ran 8 callbacks.',
    );
  });

  it('says what nothing means, and what to do', () => {
    const nothing = 'Nothing blocked the event loop of app.js (pid 11) for 50 ms or longer in 10 s.';
    expect(stopped([], 12)).toBe(`${nothing} Put load on it, or lower the threshold.`);
    expect(stopped([], null)).toBe(`${nothing} Put load on it, or lower the threshold.`);
    expect(stopped([], 0)).toBe(
      `${nothing} It received no request in that time. Put load on it, or lower the threshold.`,
    );
  });
});

describe('what came of a command', () => {
  it('is said in the singular and in the plural', () => {
    expect([scanText(1, 1, english), scanText(2, 3, english), scanText(0, 2, english)]).toEqual([
      '1 file was read: 1 call that blocks the event loop.',
      '3 files were read: 2 calls that block the event loop.',
      '2 files were read: no calls of blocking APIs.',
    ]);
  });

  it('is said of a profile', () => {
    const store = new SessionStore();
    const open = (count: number): string => {
      const session = store.open({ ...scanned, kind: 'profile', title: 'a.cpuprofile' });
      endIn(
        store,
        session,
        reportOf(Array.from({ length: count }, (_, index) => findingOf(`call${String(index)}`, 1, 80))),
      );
      return profileText(after(store, session), english);
    };
    expect([open(0), open(1), open(2)]).toEqual([
      'a.cpuprofile: nothing blocked for 50 ms or longer.',
      'a.cpuprofile: 1 finding.',
      'a.cpuprofile: 2 findings.',
    ]);
  });

  it('stands in the tree without an arrow where nothing is below', () => {
    const store = new SessionStore();
    endIn(store, store.open(scanned), reportOf([findingOf('hash', 0, 0)]));
    expect(rowsOf(store)).toEqual(['1 call that blocks']);
    const [scan] = childNodes(undefined, store.sessions);
    const [row] = childNodes(scan, store.sessions);
    expect(scan !== undefined && isLeaf(scan)).toBe(false);
    expect(row !== undefined && isLeaf(row)).toBe(true);
  });
});
