import { pbkdf2Sync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { parseCpuProfile } from '../../src/recording/parseCpuProfile.ts';
import { millis } from '../../src/base/units.ts';
import { recordingOfProfile } from '../../src/sources/readProfileFile.ts';
import { recordOwnProcess } from '../../src/profiler/recordOwnProcess.ts';

/** Long enough to be a block on any machine that runs tests. */
const hash = (): Buffer => pbkdf2Sync('password', 'salt', 600_000, 32, 'sha512');

describe('a process that records itself', () => {
  it('finds as many blocks as it ran, and no port was opened', async () => {
    const stop = new AbortController();
    const options = { durationMs: millis(60_000), intervalMs: millis(1), signal: stop.signal };
    const recorded = recordOwnProcess(options);
    await delay(100);
    for (let round = 0; round < 3; round++) {
      hash();
      await delay(60);
    }
    stop.abort();
    const result = await recorded;
    if (!result.ok) throw result.error;
    const profile = parseCpuProfile(result.value);
    if (!profile.ok) throw new Error(profile.error.reason);
    const provider = { read: () => undefined };
    const reading = { threshold: millis(50), root: '/', mappings: [], fullUrls: false };
    const report = analyzeRecording(recordingOfProfile(profile.value, 'own'), provider, reading);
    const crypto = report.findings.filter(({ cause }) => cause === 'crypto');
    expect(crypto.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    const { url } = await import('node:inspector');
    expect(url()).toBeUndefined();
  });
});
