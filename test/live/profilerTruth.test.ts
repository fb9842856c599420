import { describe, expect, it } from 'vitest';
import { measureCell } from '../../bench/support/accuracyCell.ts';
import { freezeTarget } from '../../bench/support/freezeTarget.ts';
import { nodes } from './profilerTarget.ts';

/** Slices of the benches: figures are theirs, here it only must not be nonsense. */
const mostOf = 0.8;

describe.each(nodes)('what a report says of %s', (node) => {
  it(
    'is what was planted, also where one turn of the loop holds several blocks',
    { timeout: 60_000 },
    async () => {
      const { verdicts, reported, falseBlocks } = await measureCell({
        node,
        load: 'saturated',
        mode: 'default',
        language: 'ts',
        blocks: 66,
        seed: 1,
      });
      expect(verdicts.length).toBeGreaterThan(20);
      const found = verdicts.filter(({ reportedMs }) => reportedMs !== null);
      expect(found.length).toBeGreaterThan(mostOf * verdicts.length);
      expect(falseBlocks.length).toBeLessThan((1 - mostOf) * reported);
      const blamed = found.filter(({ starved }) => !starved);
      expect(blamed.filter(({ functionRight }) => functionRight).length).toBeGreaterThan(
        mostOf * blamed.length,
      );
      expect(found.filter(({ causeRight }) => causeRight).length).toBeGreaterThan(mostOf * found.length);
    },
  );

  it('does not blame its code for time in which it was stopped', { timeout: 60_000 }, async () => {
    const { freezes, blocks, blamed } = await freezeTarget({
      node,
      program: 'healthy',
      freezes: 12,
      connections: 3,
      seed: 1,
    });
    expect(blocks).toBeGreaterThan(0);
    expect(blamed.length).toBeLessThan((1 - mostOf) * freezes);
  });
});
