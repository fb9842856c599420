import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { millis } from '../../src/base/units.ts';
import { attach } from '../../src/profiler/attach.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { nodes, request, startTarget, targetProgram } from './profilerTarget.ts';

/** Readings are apart and end beside the blocks: this share of the time may be wrong. */
const slack = 0.1;

describe.each(nodes)('a server on %s that waits for its own collector', (node) => {
  it('is not said to lack more of the CPU than its process did', { timeout: 60_000 }, async () => {
    const target = await startTarget(node, [targetProgram('collecting.cjs')]);
    const [, port = ''] = await target.output(/port (\d+)/);
    const session = await attach({ target: target.webSocketUrl });
    if (!session.ok) throw session.error;
    let wall = 0;
    let lacked = 0;
    for (let asked = 0; asked < 5; asked += 1) {
      const { wallMs, cpuMs } = JSON.parse(await request(port, '/')) as { wallMs: number; cpuMs: number };
      wall += wallMs;
      lacked += Math.max(0, wallMs - cpuMs);
    }
    const { recording } = await session.value.stop();
    const options = { threshold: millis(50), root: process.cwd(), mappings: [], fullUrls: false };
    const { blocks } = analyzeRecording(recording, diskSources(), options);
    const parts = blocks.flatMap((block) => block.parts);
    const sumOf = (some: typeof parts): number => some.reduce((sum, { ms }) => sum + ms, 0);
    expect(sumOf(parts)).toBeGreaterThan(wall / 2);
    expect(sumOf(parts.filter(({ cause }) => cause === 'starved'))).toBeLessThan(lacked + slack * wall);
  });
});
