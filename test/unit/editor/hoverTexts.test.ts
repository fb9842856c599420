import { describe, expect, it } from 'vitest';
import type { ReportBlock, ReportFinding, ReportStackFrame } from '../../../src/report/report.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { messageOf } from '../../../src/editor/view/findingText.ts';
import { hoverModel, type HoverModel } from '../../../src/editor/view/hoverLines.ts';
import { english } from '../../../src/wording/localizer.ts';
import { findingOf, recordIn, reportOf } from '../support/sessions.ts';

const frame = (name: string, kind: ReportStackFrame['kind']): ReportStackFrame => ({
  function: name,
  file: kind === 'user' ? `${name}.js` : `node_modules/web/${name}.js`,
  line: 2,
  column: 1,
  kind,
});

const stack = [
  frame('pbkdf2', 'node'),
  frame('login', 'user'),
  frame('dispatch', 'dependency'),
  ...['route', 'guard', 'server'].map((name) => frame(name, 'user')),
];

/** A block of the finding in a larger one. */
const block: ReportBlock = {
  startMs: 0,
  durationMs: 551,
  thread: 'main',
  boundary: 'marks',
  parts: [{ findingId: 'hash', cause: 'crypto', ms: 243 }],
  request: { method: 'GET', url: '/work' },
  stack,
};

function viewAfter(...runs: readonly { finding: ReportFinding | null; code: string }[]) {
  const store = new SessionStore();
  const { id } = recordIn(store, 7);
  for (const [run, { finding, code }] of runs.entries()) {
    const report = reportOf(finding === null ? [] : [finding], 100, code);
    const shown = finding === null ? report : { ...report, blocks: [block, ...report.blocks.slice(1)] };
    store.handle(id, { kind: 'report', report: shown, run });
  }
  return store.findings[0] ?? expect.fail('no finding');
}

const slow = findingOf('hash', 14, 243);
const textsOf = ({ sentence, outcome, route }: HoverModel): readonly string[] =>
  [sentence, outcome, route].filter((text) => text !== null);

describe('a hover', () => {
  it('shows the route and the three innermost own functions', () => {
    const model = hoverModel(viewAfter({ finding: slow, code: 'first' }), english);
    expect(model.route).toBe('It served GET /work.');
    expect(model.frames.map((each) => each.function)).toEqual(['login', 'route', 'guard']);
  });

  it('repeats no number of the problem at the same place, which says the sentence', () => {
    const view = viewAfter({ finding: slow, code: 'first' });
    const numbers = (text: string): readonly string[] => text.match(/\d+(?:\.\d+)? ?(?:ms|s|×|%)/g) ?? [];
    expect(numbers(messageOf(view, english)).length).toBeGreaterThan(0);
    expect(textsOf(hoverModel(view, english)).flatMap(numbers)).toEqual([]);
  });

  it('says the sentence itself where no problem stands, each number once', () => {
    const fixed = viewAfter({ finding: slow, code: 'first' }, { finding: null, code: 'second' });
    expect(textsOf(hoverModel(fixed, english))).toEqual([
      'hash blocked the event loop for 243 ms before its code changed; since then it stays under 50 ms. ✓',
      'It served GET /work.',
    ]);
  });

  it('says what became of a call that still blocks', () => {
    const now = { ...findingOf('hash', 14, 120), maxMs: 130 };
    const view = viewAfter({ finding: slow, code: 'first' }, { finding: now, code: 'second' });
    expect(hoverModel(view, english).outcome).toBe('still blocks: median 243 ms → 120 ms');
  });
});
