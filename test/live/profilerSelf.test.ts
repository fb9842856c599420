import { Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { parseCpuProfile } from '../../src/analysis/timeline/parseCpuProfile.ts';
import { millis } from '../../src/base/units.ts';
import { recordSelf } from '../../src/profiler/recordSelf.ts';
import { diskSources } from '../../src/sources/diskSources.ts';

const plugins = pathToFileURL('scripts/bundlePlugins.mjs').href;

function blockOwnLoop(): number {
  const end = Date.now() + 120;
  let rounds = 0;
  while (Date.now() < end) rounds += Math.sqrt(rounds + 1);
  return rounds;
}

describe('recording the own process', () => {
  it('finds what blocked it, and ends when it is told to', { timeout: 30_000 }, async () => {
    const over = new AbortController();
    const recording = recordSelf({
      parseProfile: parseCpuProfile,
      durationMs: millis(600_000),
      signal: over.signal,
    });
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        blockOwnLoop();
        resolve();
      }, 100);
    });
    over.abort();
    const outcome = await recording;
    if (!outcome.ok) throw outcome.error;
    expect(outcome.value).toMatchObject({
      target: { pid: process.pid, node: process.version },
      intervalMs: 1,
      markKinds: [],
    });
    const options = { threshold: millis(50), root: process.cwd(), mappings: [], fullUrls: false };
    const report = analyzeRecording(outcome.value, diskSources(), options);
    const names = report.blocks.flatMap((block) => block.stack.map((frame) => frame.function));
    expect(names).toContain('blockOwnLoop');
  });

  it('leaves no profiler behind', { timeout: 30_000 }, async () => {
    const outcome = await recordSelf({ parseProfile: parseCpuProfile, durationMs: millis(20) });
    expect(outcome.ok).toBe(true);
    const session = new Session();
    session.connect();
    const answer = await new Promise<Error | null>((resolve) => {
      session.post('Profiler.stop', resolve);
    });
    session.disconnect();
    expect(answer?.message).toContain('No recording');
  });

  it('is bundled without the client that its library could upload with', { timeout: 30_000 }, async () => {
    const { withoutS3 } = (await import(plugins)) as { readonly withoutS3: Plugin };
    const { outputFiles } = await build({
      entryPoints: ['src/profiler/recordSelf.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      plugins: [withoutS3],
    });
    const text = outputFiles.map((file) => file.text).join('');
    expect(text).toContain('Offloop does not upload profiles');
    expect(text).not.toMatch(/amazonaws|@smithy/);
    expect(text.length).toBeLessThan(100_000);
  });
});
