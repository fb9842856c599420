import { expect, it } from 'vitest';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import type { FindingView } from '../../../src/editor/state/findingViews.ts';
import { lensText, lineEndText, messageOf } from '../../../src/editor/view/findingText.ts';
import type { Localizer } from '../../../src/wording/localizer.ts';
import { blockOf, findingOf, reportOf } from '../terminal/terminalSupport.ts';

const l10n: Localizer = {
  t: (text: string, ...values: readonly (string | number | boolean)[]) =>
    text.replaceAll(/\{(\d)\}/g, (_all, index: string) => String(values[Number(index)])),
};

function viewOf(threads: readonly string[], count: number): FindingView {
  const store = new SessionStore();
  const { id } = store.open({
    kind: 'profile',
    title: 'server.js',
    root: '/app',
    thresholdMs: 50,
    asked: null,
  });
  const report = reportOf({
    findings: [findingOf({ threads, count })],
    blocks: threads.map((thread) => blockOf({ thread })),
  });
  store.handle(id, { kind: 'ended', report, run: 0, reason: null });
  const [view] = store.findings;
  if (view === undefined) throw new Error('no finding');
  return view;
}

it.each([
  [['main'], 'the event loop', 'the loop'],
  [['main', 'worker 2'], 'the event loop', 'the loop'],
  [['worker 2'], 'the event loop of worker 2', 'the loop of worker 2'],
  [['worker 2', 'worker 3'], 'the event loop of 2 worker threads', 'the loop of 2 worker threads'],
])('what blocked %j is said to have blocked %s', (threads, loop, short) => {
  expect(messageOf(viewOf(threads, 1), l10n)).toContain(`pbkdf2Sync blocked ${loop} once, for 412 ms.`);
  expect(messageOf(viewOf(threads, 14), l10n)).toContain(
    `pbkdf2Sync blocked ${loop} 14 times, 412 ms at most.`,
  );
  expect(lensText(viewOf(threads, 14), l10n)).toContain(`blocked ${short} 14×`);
});

it('the end of a line names the worker thread', () => {
  expect(lineEndText(viewOf(['worker 2'], 14), l10n)).toBe('blocked 14× · 412 ms · worker 2');
  expect(lineEndText(viewOf(['main'], 14), l10n)).toBe('blocked 14× · 412 ms');
});
