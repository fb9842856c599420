import { expect, it } from 'vitest';
import { micros, millis } from '../../../src/base/units.ts';
import { LiveReport } from '../../../src/investigation/liveReport.ts';
import type { CpuProfile, Recording } from '../../../src/recording/recording.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';

const provider = { read: () => undefined };
const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };

/** A window of 2 s that begins at a time, in ms: a block of 150 ms, 90 callbacks of 15 ms, then idle. */
function windowAt(startMs: number): CpuProfile {
  const drawn = [
    'onStreamRead;block 150',
    ...Array.from({ length: 90 }, () => 'onStreamRead;work 15'),
    'idle 500',
  ];
  const [thread] = recordingOfProfile(profileOf(drawn, { interval: 5000 }), 'drawn').threads;
  const profile = thread?.windows[0];
  if (profile === undefined) throw new Error('nothing drawn');
  const lasts = profile.endTime - profile.startTime;
  return { ...profile, startTime: micros(startMs * 1000), endTime: micros(startMs * 1000 + lasts) };
}

const entriesOf = (windows: readonly CpuProfile[]) =>
  windows.flatMap(({ startTime }) =>
    [0, ...Array.from({ length: 90 }, (_, index) => 150 + index * 15)].map((ms) => ({
      kind: 'entry' as const,
      at: micros(startTime + ms * 1000),
    })),
  );

/** What two processes have recorded, as captures give it: whole windows that end later, and their marks. */
function snapshot(since: number, windows: Readonly<Record<string, readonly CpuProfile[]>>): Recording {
  const [first] = Object.values(windows)[0] ?? [];
  if (first === undefined) throw new Error('no window');
  const threads = Object.entries(windows).map(([id, all], index) => {
    const own = all.filter(({ endTime }) => endTime >= since);
    return { id, pid: index + 1, windows: own, marks: entriesOf(own), scripts: [] };
  });
  const target = { pid: 1, node: null, title: null, url: null, debuggerAttached: null };
  return {
    ...{ target, startedAt: null, durationMs: millis(4000), intervalMs: millis(5), unobservedMs: millis(0) },
    ...{ markKinds: ['beat' as const], threads, loop: null },
  };
}

it.each([-1500, -300, 100, 1300])(
  'Each block of a second process is counted once, though its windows end %i ms after those of the first',
  (lateMs) => {
    const live = new LiveReport(provider, options);
    const main = [2000, 4000, 6000, 8000].map(windowAt);
    const other = [2000, 4000, 6000, 8000].map((at) => windowAt(at + lateMs));
    let report = live.step(snapshot(0, { main: main.slice(0, 1), 'process 2': other.slice(0, 1) }), false);
    for (const count of [2, 3, 4]) {
      const windows = { main: main.slice(0, count), 'process 2': other.slice(0, count) };
      // The other's window comes after the first one's, whenever it ended.
      live.step(snapshot(live.since ?? 0, { ...windows, 'process 2': other.slice(0, count - 1) }), false);
      report = live.step(snapshot(live.since ?? 0, windows), count === 4);
    }
    const blocks = report.blocks.map(({ thread, durationMs }) => [thread, durationMs]);
    expect(blocks.filter(([thread]) => thread === 'main')).toEqual(main.map(() => ['main', 150]));
    expect(blocks.filter(([thread]) => thread !== 'main')).toEqual(other.map(() => ['process 2', 150]));
    expect(report.recording.samples).toBe(
      [...main, ...other].reduce((sum, { samples }) => sum + samples.length, 0),
    );
  },
);
