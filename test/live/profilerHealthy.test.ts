import { expect, it } from 'vitest';
import { measureHealthy } from '../../bench/support/healthyCell.ts';
import type { HealthyLoad } from '../../bench/support/healthyLoad.ts';
import { nodes } from './profilerTarget.ts';

/** A slice of the bench: figures are its own, here it only must not be nonsense. */
const loads = (['http', 'sockets', 'streams', 'promises', 'immediates', 'files'] as const).flatMap(
  (way): readonly HealthyLoad[] => [
    { way, ms: 0.5, connections: 3, restMs: 0 },
    { way, ms: 1, connections: 64, restMs: 0 },
  ],
);
/** A machine that is busy elsewhere stretches a callback now and then. Without evidence of short callbacks nearly all is one block. */
const mostOf = 0.15;
/** The contract. Both clocks are read in one go, so that no delay of a message counts. */
const sameClockMs = 10;

it.each(
  nodes.flatMap((node) => [
    { node, hasContext: false },
    { node, hasContext: true },
  ]),
)(
  'a program that is busy with short callbacks does not block ($hasContext, $node), and the report tells its time',
  { timeout: 60_000 },
  async ({ node, hasContext }) => {
    const lastsMs = 700;
    const { outcomes, offsetMs } = await measureHealthy({
      node,
      mode: 'default',
      loads,
      lastsMs,
      attachUnderLoad: true,
      hasContext,
    });
    const blocked = outcomes.map(
      ({ load, blocks }) =>
        [load.way, load.ms, blocks.reduce((sum, { durationMs }) => sum + durationMs, 0)] as const,
    );
    const total = blocked.reduce((sum, [, , ms]) => sum + ms, 0);
    expect(total, JSON.stringify(blocked)).toBeLessThan(mostOf * lastsMs * loads.length);
    expect(Math.abs(offsetMs)).toBeLessThan(sameClockMs);
  },
);
