import { currentRun, type Run, type Session } from '../state/session.ts';
import type { RecorderStatus } from '../../investigation/helpers/recorderProtocol.ts';

/** Points that are kept of a run; of more, neighbours become one with the larger delay. */
const mostPoints = 2000;

interface Point {
  readonly atMs: number;
  readonly delayMs: number;
}

/** Neighbours in pairs, each pair with its larger delay: a longer time at half the detail. */
function thinned(points: readonly Point[]): Point[] {
  const pairs: Point[] = [];
  for (let at = 0; at < points.length; at += 2) {
    const [a, b] = [points[at], points[at + 1]];
    if (a !== undefined) pairs.push(b !== undefined && b.delayMs > a.delayMs ? b : a);
  }
  return pairs;
}

/** The loop delay of each run over time, as its recorder told it. */
export class DelayLog {
  readonly #points = new Map<string, Point[]>();
  readonly #last = new Map<number, RecorderStatus>();

  /** Notes what sessions tell now. */
  note(sessions: readonly Session[]): void {
    for (const session of sessions) {
      const { id, status } = session;
      const run = currentRun(session);
      if (status === null || run === null || this.#last.get(id) === status) continue;
      this.#last.set(id, status);
      if (status.recentDelayMs !== null) this.#add(run, status.recentDelayMs);
    }
    const keys = new Set(sessions.flatMap(({ runs }) => runs.map(({ key }) => key)));
    for (const key of this.#points.keys()) if (!keys.has(key)) this.#points.delete(key);
  }

  /** The delays of a run, in order of time. */
  of({ key }: Run): readonly Point[] {
    return this.#points.get(key) ?? [];
  }

  #add({ key, report }: Run, delayMs: number): void {
    const points = this.#points.get(key) ?? [];
    points.push({ atMs: report.recording.durationMs, delayMs });
    this.#points.set(key, points.length > mostPoints ? thinned(points) : points);
  }
}
