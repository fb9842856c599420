import type { CpuProfile, CpuTimeReading, Recording, ThreadRecording } from '../../recording/recording.ts';
import { micros, microsToMillis, millis, type Micros, type Millis } from '../../base/units.ts';
import type { CaptureSetup } from './captureSetup.ts';
import { sumRoutes } from './sumRoutes.ts';
import type { ThreadRecorder } from './thread/threadRecorder.ts';

/** The last moment that a `Date` can name; the target's clock is untrusted. */
const latestDateMs = 8.64e15;

/** What a recording is made of. */
export interface Captured {
  readonly setup: CaptureSetup;
  /** The main thread first. */
  readonly threads: readonly ThreadRecorder[];
  readonly cpuTimes: readonly CpuTimeReading[];
  /** When the capture began, by the target's clock as far as known, ms since the epoch. */
  readonly startedAtMs: number;
  /** How long that is ago, ms. */
  readonly elapsedMs: number;
}

/** What was recorded of a process, since a time of the target's clock or since the start. */
export function captureRecording(captured: Captured, since?: Micros): Recording {
  const { setup, threads } = captured;
  const { main, target } = setup;
  const { figures } = main.marks;
  const recorded = threads.map((thread) => thread.recording(since));
  const holes = sumOf(threads, ({ windows }) => windows.holesUs + windows.droppedUs);
  return {
    target: {
      pid: target.pid,
      node: target.node,
      title: target.title,
      url: `ws://${setup.address}/…`,
      debuggerAttached: target.underDebugger ? true : null,
    },
    processStartedMs: target.startedMs,
    startedAt: startOf(captured, recorded),
    durationMs: durationOf(main.windows.profiles, captured.elapsedMs),
    intervalMs: setup.intervalMs,
    unobservedMs: millis(holes / 1000),
    markKinds: markKindsOf(setup),
    threads: recorded.map((thread, index) =>
      index === 0 ? { ...thread, cpuTimes: captured.cpuTimes } : thread,
    ),
    requests:
      figures === undefined
        ? main.tracedRequests
        : sumOf(threads, (thread) => thread.marks.figures?.requests ?? 0),
    routes: routesOf(threads),
    loop:
      figures === undefined
        ? null
        : { utilization: main.windows.utilization, turns: figures.turns, delayMs: figures.delayMs },
  };
}

/** When its first window began, by the target's own wall clock: times in a report count from there. */
function startOf({ setup, startedAtMs }: Captured, threads: readonly ThreadRecording[]): string {
  const starts = threads.flatMap(({ windows }) => windows.slice(0, 1).map(({ startTime }) => startTime));
  const first = starts.length === 0 ? null : setup.main.wallMsAt(micros(Math.min(...starts)));
  const isDate = first !== null && Math.abs(first) < latestDateMs;
  return new Date(isDate ? first : startedAtMs).toISOString();
}

function markKindsOf({ main, thread }: CaptureSetup): Recording['markKinds'] {
  if (main.marks.figures === undefined) return main.tracedRequests === null ? [] : ['request', 'beat'];
  return thread.scopes ? ['request', 'beat', 'async'] : ['request', 'beat'];
}

const sumOf = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((sum, item) => sum + value(item), 0);

/** Requests by route on all threads, of the whole session; null without the probe. */
function routesOf(threads: readonly ThreadRecorder[]): Readonly<Record<string, number>> | null {
  if (threads[0]?.marks.routes === undefined) return null;
  return sumRoutes(threads.map(({ marks }) => [...(marks.routes ?? [])]));
}

function durationOf(windows: readonly CpuProfile[], elapsedMs: number): Millis {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return millis(Math.round(elapsedMs));
  return microsToMillis(micros(last.endTime - first.startTime));
}
