import { formatClock } from '../wording/numbers/formatNumbers.ts';
import { inkOf, type RenderStyle } from './ink.ts';
import { fit } from './text.ts';

/** What is known while a recording runs; times in ms. */
export interface RecordingProgress {
  readonly elapsedMs: number;
  /** How long it is meant to last; null until it is stopped. */
  readonly durationMs: number | null;
}

const barColumns = 20;

/** One line that shows how far a recording has come. */
export function progressLine({ elapsedMs, durationMs }: RecordingProgress, style: RenderStyle): string {
  const ink = inkOf(style);
  if (durationMs === null || durationMs <= 0) return `${ink.bad('●')} ${formatClock(elapsedMs)}`;
  const share = Math.min(Math.max(elapsedMs / durationMs, 0), 1);
  const done = Math.round(share * barColumns);
  if (share === 1)
    return `${ink.bad('●')} ${fit(`${formatClock(durationMs)}  reading what was recorded`, ink.width - 2)}`;
  const bar = `${ink.good('━'.repeat(done))}${ink.quiet('─'.repeat(barColumns - done))}`;
  return `${ink.bad('●')} ${formatClock(elapsedMs)} ${bar} ${formatClock(durationMs)}`;
}
