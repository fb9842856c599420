import { expect, it } from 'vitest';
import { keepBusy, type HealthyPorts, type HealthyWay } from '../../bench/support/healthyLoad.ts';
import { startProgram } from '../../bench/support/startProgram.ts';
import { millis } from '../../src/base/units.ts';
import { LiveReport } from '../../src/investigation/liveReport.ts';
import { attach } from '../../src/profiler/attach.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { nodes } from './profilerTarget.ts';

const options = { threshold: millis(50), root: process.cwd(), mappings: [], fullUrls: false };
/** Steps of the report: a window each. */
const steps = 3;
/** A machine that is busy elsewhere stretches a callback now and then. Without the marks of its windows nearly all is one block. */
const mostOf = 0.15;

it.each(nodes.flatMap((node) => (['sockets', 'immediates'] as const).map((way) => [way, node] as const)))(
  'a report that grows while a program is busy with short callbacks has no blocks (%s, %s)',
  { timeout: 60_000 },
  async (way: HealthyWay, node) => {
    await using program = await startProgram(node, ['bench/targets/healthy.cjs']);
    const over = new AbortController();
    const load = { way, ms: 1, connections: 16, restMs: 0 };
    const busy = keepBusy(load, program.ready as HealthyPorts, over.signal);
    const live = new LiveReport(diskSources(), options);
    const attached = await attach({ target: program.webSocketUrl });
    if (!attached.ok) throw attached.error;
    const session = attached.value;
    for (let step = 0; step < steps; step += 1) {
      const before = session.snapshot().threads[0]?.windows.length ?? 0;
      await expect
        .poll(() => session.snapshot().threads[0]?.windows.length, { timeout: 20_000, interval: 100 })
        .toBeGreaterThan(before);
      live.step(session.snapshot(live.since), false);
    }
    over.abort();
    await busy;
    const { recording } = await session.stop();
    const report = live.step(session.snapshot(live.since), true);
    const code = report.blocks.filter(({ parts }) => parts[0]?.cause !== 'starved');
    const blocked = code.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(blocked, JSON.stringify(code)).toBeLessThan(mostOf * recording.durationMs);
  },
);
