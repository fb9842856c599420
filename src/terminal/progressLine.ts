import { inkOf, type RenderStyle } from './ink.ts';
import { fit } from './text.ts';

/** What is known while a recording runs; times in ms. */
export interface RecordingProgress {
  readonly elapsedMs: number;
  /** How long it is meant to last; null until it is stopped. */
  readonly durationMs: number | null;
}

const barColumns = 20;

function clock(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}

/** One line that shows how far a recording has come. */
export function progressLine({ elapsedMs, durationMs }: RecordingProgress, style: RenderStyle): string {
  const ink = inkOf(style);
  if (durationMs === null || durationMs <= 0) return `${ink.bad('●')} ${clock(elapsedMs)}`;
  const share = Math.min(Math.max(elapsedMs / durationMs, 0), 1);
  const done = Math.round(share * barColumns);
  if (share === 1)
    return `${ink.bad('●')} ${fit(`${clock(durationMs)}  reading what was recorded`, ink.width - 2)}`;
  const bar = `${ink.good('━'.repeat(done))}${ink.quiet('─'.repeat(barColumns - done))}`;
  return `${ink.bad('●')} ${clock(elapsedMs)} ${bar} ${clock(durationMs)}`;
}
