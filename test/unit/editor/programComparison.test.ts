import { expect, it } from 'vitest';
import type { Report } from '../../../src/report/report.ts';
import type { FindingView } from '../../../src/editor/state/findingViews.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { childNodes } from '../../../src/editor/view/tree/treeNodes.ts';
import type { TargetInfo } from '../../../src/profiler/targets/targetInfo.ts';
import { blockOf, findingOf, loaded, reportOf } from '../terminal/terminalSupport.ts';

const targetOf = (script: string, cwd: string): TargetInfo => ({
  pid: 1,
  node: 'v24.1.0',
  argv: ['node', script],
  execArgv: [],
  cwd,
  platform: 'linux',
  title: script,
  underDebugger: false,
  heapBytes: null,
  nowMs: null,
  startedMs: null,
});

/** A report in which a call blocked at these times (ms), of a server that was asked for it `asked` times. */
function reportAt(times: readonly number[], asked = times.length, version = 'first'): Report {
  const { recording } = reportOf();
  const routes = { 'POST /login': asked };
  return reportOf({
    recording: { ...recording, requests: asked, routes, code: loaded(version) },
    findings: times.length === 0 ? [] : [findingOf({ count: times.length, totalMs: times.length * 412 })],
    blocks: times.map((startMs) => blockOf({ startMs })),
  });
}

class Window {
  readonly store = new SessionStore();

  start(script = '/app/server.js', cwd = '/app'): number {
    const { id } = this.store.open({
      kind: 'live',
      title: 'server.js',
      root: '/',
      thresholdMs: 50,
      asked: null,
    });
    const target = targetOf(script, cwd);
    this.store.handle(id, { kind: 'attached', target, address: '127.0.0.1:9229', restarts: 0 });
    return id;
  }

  report(id: number, report: Report, run = 0): void {
    this.store.handle(id, { kind: 'report', report, run });
  }

  end(id: number, report: Report, run = 0): void {
    this.store.handle(id, { kind: 'ended', report, run, reason: null });
  }

  get shown(): readonly string[] {
    return this.store.findings.map(textOf);
  }

  /** What the tree shows below each session, the last one first. */
  get tree(): readonly (readonly string[])[] {
    const { sessions } = this.store;
    return childNodes(undefined, sessions).map((node) =>
      childNodes(node, sessions).map((child) => (child.kind === 'finding' ? textOf(child.view) : child.kind)),
    );
  }
}

const textOf = ({ session, finding, before, verdict }: FindingView): string =>
  `${String(session.id)}: ${String(finding.count)}× ${before === null ? 'first' : String(verdict)}`;

it('a call is compared with the session of its program that ended before', () => {
  const window = new Window();
  window.end(window.start(), reportAt([1, 2, 3]));
  const second = window.start();
  window.report(second, reportAt([], 4, 'second'));
  expect(window.shown).toEqual(['2: 3× cannot-tell']);
  window.report(second, reportAt([], 5, 'second'));
  expect(window.shown).toEqual(['2: 3× gone']);
});

it('scripts of one name in different folders are different programs', () => {
  const window = new Window();
  window.end(window.start('/a/server.js', '/a'), reportAt([1, 2, 3]));
  window.report(window.start('/b/server.js', '/b'), reportAt([], 9));
  window.report(window.start('/a/server.js', '/'), reportAt([], 9));
  expect(window.shown).toEqual(['1: 3× first']);
});

it('processes of one program side by side are not compared with each other', () => {
  const window = new Window();
  const [first, second] = [window.start(), window.start()];
  window.report(first, reportAt([1, 2, 3]));
  window.report(second, reportAt([], 9));
  expect(window.shown).toEqual(['1: 3× first']);
  window.report(second, reportAt([1, 2, 3, 4], 9));
  expect(window.shown).toEqual(['2: 4× first']);
  expect(window.tree).toEqual([['2: 4× first'], ['1: 3× first']]);
  window.end(first, reportAt([1, 2, 3]));
  expect(window.shown).toEqual(['2: 4× first']);
});

it('what was cleared while recording is neither shown nor compared with', () => {
  const window = new Window();
  const id = window.start();
  window.report(id, reportAt([1, 2, 3]));
  window.report(id, reportAt([5, 6, 7]), 1);
  window.store.clear();
  expect(window.shown).toEqual([]);
  window.report(id, reportAt([5, 6, 7], 20), 1);
  expect(window.shown).toEqual([]);
  window.report(id, reportAt([5, 6, 7, 8], 21), 1);
  expect(window.shown).toEqual(['1: 1× first']);
  window.store.clear();
  window.end(id, reportAt([5, 6, 7, 8], 30), 1);
  window.report(window.start(), reportAt([], 30));
  expect(window.shown).toEqual([]);
});

it('clearing forgets sessions that are over', () => {
  const window = new Window();
  window.end(window.start(), reportAt([1, 2, 3]));
  window.store.clear();
  expect(window.store.sessions).toEqual([]);
});
