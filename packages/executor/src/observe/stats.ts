import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { TaskEvent, WorkerEvent } from './events.ts';

/** A distribution of times in milliseconds; all 0 while `count` is 0. */
export interface TimeSummary {
  readonly count: number;
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What was measured since `measure()` or `reset()`. */
export interface Measurements {
  /** From submission to start. */
  readonly wait: TimeSummary;
  /** From start to end. */
  readonly run: TimeSummary;
  readonly fulfilled: number;
  readonly rejected: number;
  readonly cancelled: number;
  readonly workersStarted: number;
  readonly workersEnded: number;
  readonly workersCrashed: number;
}

/** Measures until it is disposed of. */
export interface Meter extends Disposable {
  readonly read: () => Measurements;
  readonly reset: () => void;
}

const microsPerMilli = 1_000;
const counters = {
  fulfilled: 0,
  rejected: 0,
  cancelled: 0,
  workersStarted: 0,
  workersEnded: 0,
  workersCrashed: 0,
};

/**
 * Collects wait and run times from the diagnostics channels: of one executor, or of all of the process when none is
 * given. Costs nothing before it is called and after it is disposed of.
 */
export function measure(executor?: { readonly name: string }): Meter {
  const wait = createHistogram();
  const run = createHistogram();
  let counts = { ...counters };
  const concerns = (event: { readonly executor: string }): boolean =>
    executor === undefined || event.executor === executor.name;
  const listeners: Readonly<Record<string, (message: unknown) => void>> = {
    'offloop.executor.task.end': (message) => {
      const event = message as TaskEvent;
      if (!concerns(event) || event.outcome === undefined) return;
      counts[event.outcome]++;
      record(wait, event.submittedAt, event.startedAt ?? event.endedAt);
      record(run, event.startedAt, event.endedAt);
    },
    'offloop.executor.worker.start': (message) => {
      if (concerns(message as WorkerEvent)) counts.workersStarted++;
    },
    'offloop.executor.worker.end': (message) => {
      const event = message as WorkerEvent;
      if (!concerns(event)) return;
      counts.workersEnded++;
      if (event.crashed === true) counts.workersCrashed++;
    },
  };
  for (const [name, listener] of Object.entries(listeners)) subscribe(name, listener);
  return {
    read: () => ({ wait: summarize(wait), run: summarize(run), ...counts }),
    reset: () => {
      wait.reset();
      run.reset();
      counts = { ...counters };
    },
    [Symbol.dispose]: () => {
      for (const [name, listener] of Object.entries(listeners)) unsubscribe(name, listener);
    },
  };
}

function record(histogram: RecordableHistogram, from: number | undefined, to: number | undefined): void {
  // Histograms take whole numbers from 1 on.
  if (from !== undefined && to !== undefined)
    histogram.record(Math.max(1, Math.round((to - from) * microsPerMilli)));
}

function summarize(histogram: RecordableHistogram): TimeSummary {
  const { count } = histogram;
  if (count === 0) return { count, min: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 };
  const at = (share: number): number => histogram.percentile(share) / microsPerMilli;
  return {
    count,
    min: histogram.min / microsPerMilli,
    mean: histogram.mean / microsPerMilli,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    max: histogram.max / microsPerMilli,
  };
}
