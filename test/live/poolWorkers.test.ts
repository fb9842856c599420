import { expect, it } from 'vitest';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import type { Recording } from '../../src/recording/recording.ts';
import type { Report } from '../../src/report/report.ts';
import { millis } from '../../src/base/units.ts';
import { attach } from '../../src/profiler/attach.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { nodes, startTarget, targetProgram } from './profilerTarget.ts';

const root = targetProgram('.');

/** Records a program until a function was sampled in a worker thread. */
async function recordWorker(node: string, args: readonly string[], name: RegExp): Promise<Recording> {
  const target = await startTarget(node, args);
  await target.output(/up|done/);
  const session = await attach({ target: target.webSocketUrl });
  if (!session.ok) throw session.error;
  const seen = (): boolean =>
    session.value
      .snapshot()
      .threads.filter(({ id }) => id !== 'main')
      .flatMap(({ windows, liveStacks = [] }) => [
        ...windows.flatMap((window) => window.nodes.map((each) => each.callFrame)),
        // V8 leaves out of the samples what it had inlined before.
        ...liveStacks.flatMap(({ frames }) => frames),
      ])
      .some(({ functionName }) => name.test(functionName));
  await expect
    .poll(
      async () => {
        await session.value.flush();
        return seen();
      },
      { timeout: 20_000, interval: 400 },
    )
    .toBe(true);
  return (await session.value.stop()).recording;
}

const reportOf = (recording: Recording): Report =>
  analyzeRecording(recording, diskSources(), { threshold: millis(50), root, mappings: [], fullUrls: false });

it.each(
  nodes.flatMap((node) =>
    ['executor', 'executorLater', 'piscina', 'tinypool', 'workerpool', 'poolifier'].map((pool) => ({
      node,
      pool,
    })),
  ),
)('tasks in workers of $pool block nobody on $node', { timeout: 60_000 }, async ({ node, pool }) => {
  const report = reportOf(await recordWorker(node, [targetProgram('pooled.mjs'), pool], /burn/));
  expect(report.recording.threads.length).toBeGreaterThan(1);
  expect(report.blocks.filter(({ thread }) => thread !== 'main')).toEqual([]);
  expect(report.findings.filter(({ callSite }) => callSite?.file.includes('poolTask'))).toEqual([]);
});

it.each(nodes)('a worker thread that is in no pool blocks its own loop on %s', async (node) => {
  const report = reportOf(await recordWorker(node, [targetProgram('workers.cjs')], /inWorker/));
  expect(report.findings.map(({ callSite }) => callSite?.function)).toContain('inWorker');
  expect(new Set(report.findings.flatMap(({ threads }) => threads))).toEqual(new Set(['worker 1']));
});
