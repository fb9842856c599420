import type { Micros, Millis } from '../base/units.ts';

/** V8's call frame. `line` and `column` are zero-based and give the function's own position; -1 when unknown. */
export interface CallFrame {
  readonly functionName: string;
  readonly scriptId: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** One node of V8's call tree. `positionTicks.line` is 1-based. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children: readonly number[];
  readonly positionTicks: readonly { readonly line: number; readonly ticks: number }[];
}

/** A CPU profile as V8's `Profiler` domain gives it, after parsing. Times in microseconds on the target's clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: Micros;
  readonly endTime: Micros;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * A clock mark taken inside the target, on the profile's clock. `request`, `beat` (one per turn) and `entry` (Node calls
 * back) are boundaries between callbacks; during `steps` several ticks or microtasks ended in quick succession. Where the
 * method or the url of a request is not known, it is empty.
 */
export type Mark =
  | { readonly kind: 'request'; readonly at: Micros; readonly method: string; readonly url: string }
  | { readonly kind: 'beat' | 'entry'; readonly at: Micros }
  | { readonly kind: 'steps'; readonly at: Micros; readonly end: Micros };

/**
 * A script the target announced: `url` as V8 names it, `sourceMapUrl` possibly a `data:` url. `source` is the text that
 * runs, where its file was changed after the process had started.
 */
export interface ParsedScript {
  readonly scriptId: string;
  readonly url: string;
  readonly sourceMapUrl: string;
  readonly source?: string;
}

/** The stack of a thread, taken by interrupting it while one callback had been running since `since`. Leaf first. */
export interface LiveStack {
  readonly at: Micros;
  readonly since: Micros;
  /** Generated positions, zero-based; `url` is a path, a `file://` or `node:` url, or empty. */
  readonly frames: readonly Omit<CallFrame, 'scriptId'>[];
  /** Functions that wait for what runs, the innermost first, at their `await`; absent where there are none. */
  readonly awaiting?: readonly Omit<CallFrame, 'scriptId'>[];
}

/** A reading of the CPU time a thread got, from the operating system; wall time far above it means it was held off the CPU. */
export interface CpuTimeReading {
  readonly at: Micros;
  /** CPU time of the thread since its start. */
  readonly cpuUs: Micros;
  /** The same for all threads of its process together, too low by up to 20 ms; null where nobody read it. */
  readonly processCpuUs: Micros | null;
}

/** A stretch of a thread's time. */
export interface Stretch {
  readonly start: Micros;
  readonly end: Micros;
}

/** Everything recorded on one thread between attach and detach. Windows overlap by at most a few ms and are in order. */
export interface ThreadRecording {
  readonly id: string;
  readonly pid: number | null;
  /** What its process is called, where several were recorded: the path of its script. */
  readonly title?: string | null;
  /** When its process started, where that is not the recording's own; ms since the epoch. */
  readonly processStartedMs?: number | null;
  /** Of a process that a watcher started in place of one that was recorded: what its start took is no finding. */
  readonly isRestart?: boolean;
  readonly windows: readonly CpuProfile[];
  readonly marks: readonly Mark[];
  /** The marks are Node's own trace events, not those of a probe: phases of the loop, not each callback. */
  readonly traced?: boolean;
  /** Stretches without marks in a thread that has some: before the first mark, or where marks were lost. */
  readonly unmarked?: readonly Stretch[];
  readonly scripts: readonly ParsedScript[];
  readonly liveStacks?: readonly LiveStack[];
  readonly cpuTimes?: readonly CpuTimeReading[];
}

/** More running processes than this are left out: each costs the reading of its samples. */
export const mostProcesses = 16;

/**
 * A running Node process of the program that was not recorded. `closed`: its inspector is not open, and opening it was not
 * agreed to. `refused`: it could not be opened or attached to; `message` says why. `limit`: as many as possible were
 * recorded already.
 */
export interface ProcessLeftOut {
  readonly pid: number;
  /** Its script as it was started, or what it calls itself; null where nothing is known. */
  readonly title: string | null;
  readonly reason: 'closed' | 'refused' | 'limit';
  readonly message?: string;
}

/** What was recorded from one target, and how. Fields that were not measured are null. */
export interface Recording {
  readonly target: {
    readonly pid: number | null;
    readonly node: string | null;
    readonly title: string | null;
    readonly url: string | null;
    readonly debuggerAttached: boolean | null;
  };
  readonly startedAt: string | null;
  /** When the process started, ms since the epoch by its own clock: files changed later may not be what runs. */
  readonly processStartedMs?: number | null;
  readonly durationMs: Millis;
  readonly intervalMs: Millis | null;
  readonly unobservedMs: Millis | null;
  readonly markKinds: readonly ('request' | 'beat' | 'async')[];
  readonly threads: readonly ThreadRecording[];
  /** Processes of the program that were left out; unset where none were. */
  readonly notRecorded?: readonly ProcessLeftOut[];
  /** HTTP requests the probe counted on all threads; null without it. */
  readonly requests?: number | null;
  /** The same requests by route, as `requestRoute` names it; only the first routes are counted, so the sum may be smaller. Null if unknown. */
  readonly routes?: Readonly<Record<string, number>> | null;
  /** Loop figures measured by the probe; null without it. */
  readonly loop: {
    readonly utilization: number | null;
    readonly turns: number | null;
    readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  } | null;
}
