import type { Recording } from '../../recording/recording.ts';
import { threadOfProcess } from '../../recording/threadNames.ts';
import type { Millis } from '../../base/units.ts';
import { sumRoutes } from '../capture/sumRoutes.ts';

/** One recording of several processes: the threads of the others join those of the first as `process 4711`. */
export function mergeRecordings(
  first: Recording,
  children: readonly (readonly [number, Recording])[],
): Recording {
  if (children.length === 0) return first;
  const all = [first, ...children.map(([, recording]) => recording)];
  const notRecorded = all.flatMap((recording) => recording.notRecorded ?? []);
  return {
    ...first,
    startedAt: all.flatMap(({ startedAt }) => startedAt ?? []).sort()[0] ?? null,
    unobservedMs: totalOf(all, ({ unobservedMs }) => unobservedMs ?? null) as Millis | null,
    threads: [
      ...first.threads.map((thread) => ({ title: first.target.title, ...thread })),
      ...children.flatMap(([pid, { threads, target, processStartedMs = null }]) =>
        threads.map((thread) => ({
          processStartedMs,
          title: target.title,
          ...thread,
          id: thread.pid === pid ? threadOfProcess(pid, thread.id) : thread.id,
        })),
      ),
    ],
    requests: totalOf(all, ({ requests }) => requests ?? null),
    routes: first.routes == null ? null : sumRoutes(all.map(({ routes }) => Object.entries(routes ?? {}))),
    ...(notRecorded.length === 0 ? {} : { notRecorded }),
  };
}

/** The sum of what is known; null when nothing is. */
function totalOf(all: readonly Recording[], value: (recording: Recording) => number | null): number | null {
  const known = all.map(value).filter((number) => number !== null);
  return known.length === 0 ? null : known.reduce((sum, number) => sum + number, 0);
}
