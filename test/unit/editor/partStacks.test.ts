import { describe, expect, it } from 'vitest';
import { stackIn } from '../../../src/report/stackIn.ts';
import type { ReportBlock } from '../../../src/report/report.ts';
import type { FindingView } from '../../../src/editor/state/findingViews.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { hoverModel } from '../../../src/editor/view/hoverLines.ts';
import { childNodes, isLeaf } from '../../../src/editor/view/tree/treeNodes.ts';
import { english } from '../../../src/wording/localizer.ts';
import { endIn, recordIn } from '../support/sessions.ts';
import { blockOf, findingOf, reportOf } from '../terminal/terminalSupport.ts';

const own: ReportBlock['stack'] = [
  { function: 'load', file: 'src/api.ts', line: 7, column: 3, kind: 'user' },
];
const sharedWith = (stack?: ReportBlock['stack']): ReportBlock =>
  blockOf({
    parts: [...blockOf().parts, { findingId: 'f2', cause: 'serialization', ms: 60, ...(stack && { stack }) }],
  });

/** The smaller of the two findings that a block holds. */
function lesserView(block: ReportBlock): FindingView {
  const store = new SessionStore();
  const findings = [findingOf(), findingOf({ id: 'f2', cause: 'serialization' })];
  endIn(store, recordIn(store, 11), reportOf({ findings, blocks: [block] }));
  return store.findings.find(({ id }) => id === 'f2') ?? expect.fail('no finding');
}

describe('the stack of a part', () => {
  it('is that of the block for the first part, else its own or none', () => {
    expect(stackIn(sharedWith(own), 'f1')).toEqual(blockOf().stack);
    expect(stackIn(sharedWith(own), 'f2')).toEqual(own);
    expect(stackIn(sharedWith(), 'f2')).toEqual([]);
    expect(stackIn(sharedWith(own), 'f3')).toEqual([]);
  });

  it('is what the editor shows below a finding', () => {
    const block = sharedWith(own);
    const view = lesserView(block);
    expect(hoverModel(view, english).frames).toEqual(own);
    const row = { kind: 'block', view, block } as const;
    expect(childNodes(row, [])).toMatchObject([{ kind: 'frame', frame: { function: 'load' } }]);
    expect(isLeaf(row)).toBe(false);
  });

  it('is missing in the editor rather than that of another part', () => {
    const block = sharedWith();
    const view = lesserView(block);
    expect(hoverModel(view, english)).toMatchObject({ frames: [] });
    expect(isLeaf({ kind: 'block', view, block })).toBe(true);
  });
});
