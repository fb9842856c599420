import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { micros, millis } from '../../src/base/units.ts';
import { recordingOfProfile } from '../../src/investigation/readProfileFile.ts';
import { profileOf } from './support/profileOf.ts';

const text = 'function work() {\n  return pbkdf2Sync(word);\n}';
const provider = { read: (path: string) => (path === '/app/app.js' ? { path, text } : undefined) };
const frames = {
  processTimers: { url: 'node:timers' },
  work: { url: 'file:///app/app.js', lineNumber: 0, columnNumber: 13 },
  pbkdf2Sync: { url: 'node:internal/crypto/pbkdf2' },
};

/** What a block of 200 ms is charged to when the thread had the CPU for some of them. */
function charged(cpuMs: number): readonly string[] {
  const start = 1_000_000;
  const profile = profileOf(['idle 50', 'processTimers;work;pbkdf2Sync 200', 'idle 50'], { frames, start });
  const recording = recordingOfProfile(profile, 'drawn');
  const cpuTimes = [
    { at: micros(start), cpuUs: micros(0), processCpuUs: null, waitedUs: null },
    { at: micros(start + 300_000), cpuUs: micros(cpuMs * 1000), processCpuUs: null, waitedUs: null },
  ];
  const threads = recording.threads.map((thread) => ({ ...thread, cpuTimes }));
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  const { blocks } = analyzeRecording({ ...recording, threads }, provider, options);
  return blocks.flatMap(({ parts }) => parts.map(({ cause, ms }) => `${cause} ${String(ms)}`));
}

describe('a block on a machine that is short of CPU', () => {
  it('is charged to the code alone when the thread had the CPU', () => {
    expect(charged(200)).toEqual(['crypto 200']);
  });

  it('still names the code when that is a small share, but long enough to matter', () => {
    expect(charged(30)).toEqual(['starved 170', 'crypto 30']);
  });

  it('does not blame code that had hardly begun', () => {
    expect(charged(5)).toEqual(['starved 195']);
  });
});
