import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import type { CpuTimeReading } from '../../../src/recording/recording.ts';
import { micros, millis } from '../../../src/base/units.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from './profileOf.ts';

const start = 1_000_000;
const frames = {
  processTimers: { url: 'node:timers' },
  work: { url: 'file:///app/app.js', lineNumber: 0, columnNumber: 13 },
  pbkdf2Sync: { url: 'node:internal/crypto/pbkdf2' },
};

/** ms since the drawing began, CPU time of the thread and of its process up to then in ms. */
export type CpuRow = readonly [at: number, cpu: number, process: number | null];

/** The parts of the blocks in a drawing of a program, whose `work` stands at the start of its text, as `cause ms`. */
export function charged(
  text: string,
  drawing: readonly string[],
  rows: readonly CpuRow[],
): readonly string[] {
  const recording = recordingOfProfile(profileOf(drawing, { frames, start }), 'drawn');
  const cpuTimes = rows.map(([at, cpu, whole]): CpuTimeReading => ({
    at: micros(start + at * 1000),
    cpuUs: micros(cpu * 1000),
    processCpuUs: whole === null ? null : micros(whole * 1000),
  }));
  const threads = recording.threads.map((thread) => ({ ...thread, cpuTimes }));
  const provider = { read: (path: string) => (path === '/app/app.js' ? { path, text } : undefined) };
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  const { blocks } = analyzeRecording({ ...recording, threads }, provider, options);
  return blocks.flatMap(({ parts }) => parts.map(({ cause, ms }) => `${cause} ${String(ms)}`));
}
