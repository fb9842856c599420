import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import { micros, millis } from '../../../src/base/units.ts';
import { LiveReport } from '../../../src/investigation/liveReport.ts';
import { parseCpuProfile } from '../../../src/recording/parseCpuProfile.ts';
import type { CpuProfile, Recording } from '../../../src/recording/recording.ts';
import type { Report } from '../../../src/report/report.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';

const provider = { read: () => undefined };
const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };

/** A profile in pieces of `ms`, as a session that rotates its windows records them. */
function windowsOf(profile: CpuProfile, ms: number): readonly CpuProfile[] {
  const windows: CpuProfile[] = [];
  const times: number[] = [];
  profile.timeDeltas.reduce((at, delta) => (times.push(at + delta), at + delta), Number(profile.startTime));
  for (let from = profile.startTime as number; from < profile.endTime; from += ms * 1000) {
    const to = Math.min(from + ms * 1000, profile.endTime);
    const last = to === profile.endTime;
    const inside = times.flatMap((at, index) => (at >= from && (at < to || last) ? [{ at, index }] : []));
    windows.push({
      nodes: profile.nodes,
      startTime: micros(from),
      endTime: micros(to),
      samples: inside.map(({ index }) => profile.samples[index]!),
      timeDeltas: inside.map(({ at }, index) => at - (inside[index - 1]?.at ?? from)),
    });
  }
  return windows;
}

const withWindows = (whole: Recording, windows: readonly CpuProfile[]): Recording => ({
  ...whole,
  threads: whole.threads.map((thread) => ({ ...thread, windows })),
});

/** What a session shows at its end, after a step for each window. */
function inSteps(whole: Recording, windows: readonly CpuProfile[]): Report {
  const live = new LiveReport(provider, options);
  let report: Report | undefined;
  windows.forEach((_window, index) => {
    const seen = windows.slice(0, index + 1);
    const { since } = live;
    const wanted = since === undefined ? seen : seen.filter(({ endTime }) => endTime >= since);
    report = live.step(withWindows(whole, wanted), index === windows.length - 1);
  });
  return report!;
}

/** What a reader would compare: which findings, how often, how long; which blocks, when. Whole ms. */
const gist = (report: Report): unknown => ({
  findings: report.findings
    .map(({ id, cause, count, totalMs, maxMs }) => [id, cause, count, Math.round(totalMs), Math.round(maxMs)])
    .sort(),
  blocks: report.blocks.map(({ startMs, durationMs, parts }) => [
    Math.round(startMs),
    Math.round(durationMs),
    parts.map(({ findingId, cause }) => `${cause} ${findingId}`),
  ]),
});

describe('a report that grew in steps equals the analysis of all at once', () => {
  const recorded = ['v20', 'v22', 'v24'].flatMap((node) =>
    ['blocks', 'service'].flatMap((name) => [700, 2000, 5000].map((ms) => [node, name, ms] as const)),
  );

  it.each(recorded)('%s: %s in windows of %i ms', async (node, name, ms) => {
    const text = await readFile(`test/fixtures/profiles/${node}/${name}.cpuprofile`, 'utf8');
    const parsed = parseCpuProfile(JSON.parse(text));
    if (!parsed.ok) throw new Error(parsed.error.reason);
    const whole = recordingOfProfile(parsed.value, name);
    const windows = windowsOf(parsed.value, ms);
    const atOnce = analyzeRecording(withWindows(whole, windows), provider, options);
    expect(atOnce.blocks.length).toBeGreaterThan(0);
    expect(gist(inSteps(whole, windows))).toEqual(gist(atOnce));
  });

  it.each([40, 90, 130, 250, 1000])('also where a window of %i ms ends inside of a block', (ms) => {
    const drawn = Array.from({ length: 40 }, (_unused, index) => [
      `processTimers;work ${String(55 + 7 * index)}`,
      `idle ${String(3 + (index % 5))}`,
    ]);
    const profile = profileOf(drawn.flat());
    const windows = windowsOf(profile, ms);
    const whole = recordingOfProfile(profile, 'drawn');
    const atOnce = analyzeRecording(withWindows(whole, windows), provider, options);
    expect(atOnce.blocks).toHaveLength(40);
    expect(gist(inSteps(whole, windows))).toEqual(gist(atOnce));
  });

  it('and a recording without a block stays without one', () => {
    const profile = profileOf(Array.from({ length: 200 }, () => ['processTimers;work 20', 'idle 5']).flat());
    const report = inSteps(recordingOfProfile(profile, 'drawn'), windowsOf(profile, 500));
    expect(report.blocks).toEqual([]);
    expect(report.findings).toEqual([]);
  });
});
