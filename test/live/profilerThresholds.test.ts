import { expect, it } from 'vitest';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { millis } from '../../src/base/units.ts';
import { attach } from '../../src/profiler/attach.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { evaluateIn, nodes, startTarget, targetProgram } from './profilerTarget.ts';

const blocksSeen = 25;

/** Of what was planted: found as a block of its own, at least half as long and at most twice. */
const isFound = (
  [from, to]: readonly [number, number],
  blocks: readonly { readonly startMs: number; readonly durationMs: number }[],
): boolean =>
  blocks.some(({ startMs, durationMs }) => {
    const shared = Math.min(startMs + durationMs, to) - Math.max(startMs, from);
    return shared > 0.5 * (to - from) && durationMs < 2 * (to - from);
  });

/** What was planted for a stretch, which a busy machine makes longer: the longest length that it reached. */
const lengthOf = (ms: number, lengths: readonly number[]): number =>
  Math.max(Math.min(...lengths), ...lengths.filter((length) => length <= ms));

it.each(
  nodes.flatMap((node) => [
    { node, threshold: 5, lengths: [8, 30] },
    { node, threshold: 20, lengths: [30, 8] },
  ]),
)(
  'with a threshold of $threshold ms, shorter blocks are found too: $node',
  { timeout: 60_000 },
  async (each) => {
    const target = await startTarget(each.node, [targetProgram('rhythm.cjs'), ...each.lengths.map(String)]);
    await target.output(/up/);
    const threshold = millis(each.threshold);
    const session = await attach({ target: target.webSocketUrl, threshold });
    if (!session.ok) throw session.error;
    const read = async (): Promise<readonly (readonly [number, number])[]> =>
      (await evaluateIn(target, 'globalThis.planted')) as readonly (readonly [number, number])[];
    const before = (await read()).length;
    await expect
      .poll(async () => (await read()).length, { timeout: 30_000 })
      .toBeGreaterThan(before + 2 * blocksSeen);
    const planted = await read();
    const { recording } = await session.value.stop();
    const options = { threshold, root: process.cwd(), mappings: [], fullUrls: false };
    const { blocks } = analyzeRecording(recording, diskSources(), options);
    const origin = Math.min(
      ...recording.threads.flatMap(({ windows }) => windows.slice(0, 1).map((window) => window.startTime)),
    );
    const due = planted
      .slice(before + 2)
      .map(([from, to]) => [(from - origin) / 1000, (to - origin) / 1000] as const)
      .filter(([from, to]) => to - from >= 1.2 * threshold);
    const found = due.filter((stretch) => isFound(stretch, blocks));
    expect(due.length).toBeGreaterThanOrEqual(blocksSeen - 2);
    // A busy machine holds the sampler up, however few blocks it takes: most are found of each length. Without the threshold
    // most of the short ones are missed.
    for (const length of each.lengths.filter((ms) => ms >= 1.2 * threshold)) {
      const isOfLength = ([from, to]: readonly [number, number]): boolean =>
        lengthOf(to - from, each.lengths) === length;
      expect(found.filter(isOfLength).length).toBeGreaterThan(0.5 * due.filter(isOfLength).length);
    }
    const named = blocks.filter(({ stack }) => stack.some(({ function: name }) => name === 'blockFor'));
    expect(named.length).toBeGreaterThan(0.5 * found.length);
  },
);
