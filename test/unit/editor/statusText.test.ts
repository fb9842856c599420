import { expect, it } from 'vitest';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { statusText } from '../../../src/editor/view/statusText.ts';
import { withoutIcons } from '../../../src/editor/view/escapeMarkdown.ts';
import { english } from '../../../src/wording/localizer.ts';
import { recordIn } from '../support/sessions.ts';

/** The text after some status of one session; null as long as no delay was measured. */
function textsAfter(...statuses: readonly (readonly [number | null, number])[]): readonly string[] {
  const store = new SessionStore();
  const { id } = recordIn(store, 11);
  return statuses.map(([recentDelayMs, blocks], index) => {
    const status = { elapsedMs: index * 1000, recentDelayMs, blocks };
    store.handle(id, { kind: 'status', status });
    const session = store.get(id);
    return session === null ? '' : statusText(session, store.sessions, recentDelayMs, english);
  });
}

it('the status bar keeps its width while it records, whatever the figures', () => {
  const texts = textsAfter([null, 0], [3.4, 1], [412, 2], [1234.6, 14], [9999, 999], [14_600, 12], [0.2, 1]);
  expect(new Set(texts.map(({ length }) => length)).size).toBe(1);
  expect(texts[1]?.replaceAll('\u2007', ' ')).toBe(
    '$(circle-filled) Offloop 00:01 · loop delay   3 ms · 1 block   ',
  );
});

it.each(['a$(flame)b', '$(sync~spin)', '$(x) and $(y)'])('%s stays text where icons are drawn', (name) => {
  // VS Code draws what the backslash does not stand before.
  expect(withoutIcons(name)).not.toMatch(/(?<!\\)\$\([\w-]+(?:~\w+)?\)/);
  expect(withoutIcons(name).replaceAll('\\', '')).toBe(name);
});
