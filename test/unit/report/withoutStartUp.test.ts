import { describe, expect, it } from 'vitest';
import { withoutStartUp } from '../../../src/report/withoutStartUp.ts';
import { blockOf, findingOf, reportOf } from '../terminal/terminalSupport.ts';

const groups = ['startup', 'block', 'starved'] as const;

describe('the report of a run after a restart', () => {
  it('has neither the findings nor the blocks of the start, and all others in their order', () => {
    const report = reportOf({
      findings: groups.map((group) => findingOf({ id: group, group })),
      blocks: groups.map((group, index) => blockOf({ group, startMs: index * 1000 })),
    });
    const left = withoutStartUp(report);
    expect(left.findings.map(({ id }) => id)).toEqual(['block', 'starved']);
    expect(left.blocks.map(({ group }) => group)).toEqual(['block', 'starved']);
    expect({ ...left, findings: report.findings, blocks: report.blocks }).toEqual(report);
    expect(report.findings).toHaveLength(groups.length);
  });

  it('is the same where nothing blocked at the start', () => {
    const report = reportOf({
      findings: [findingOf({ group: 'block' })],
      blocks: [blockOf({ group: 'block' })],
    });
    expect(withoutStartUp(report)).toBe(report);
  });

  it('keeps what reports of older versions put into no group', () => {
    const { group: _finding, ...finding } = findingOf();
    const { group: _block, ...block } = blockOf();
    const report = reportOf({ findings: [finding], blocks: [block] });
    expect(withoutStartUp(report)).toBe(report);
  });

  it('leaves out a block of the start that is part of no finding', () => {
    const report = reportOf({ findings: [], blocks: [blockOf({ group: 'startup', parts: [] })] });
    expect(withoutStartUp(report).blocks).toEqual([]);
  });
});
