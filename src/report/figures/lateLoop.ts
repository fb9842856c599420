import type { Report } from '../report.ts';
import { usualThresholdMs } from './usualThreshold.ts';

/**
 * How the loop was held up although no single callback was a block: by turns that held several callbacks, or by something
 * outside of callbacks.
 */
export type LateLoop =
  | { readonly kind: 'turns'; readonly turns: number; readonly longestMs: number; readonly callbacks: number }
  | { readonly kind: 'delay'; readonly longestMs: number };

/** Why the loop was late in a report without findings; null where it was not, or findings say why. */
export function lateLoopOf({ recording, findings, blocks, loop }: Report): LateLoop | null {
  if (recording.samples === 0 || findings.length > 0 || blocks.length > 0) return null;
  const longest = [...(loop.stalls ?? [])].sort((a, b) => b.durationMs - a.durationMs)[0];
  if (longest !== undefined) {
    const turns = loop.stalls?.length ?? 0;
    return { kind: 'turns', turns, longestMs: longest.durationMs, callbacks: longest.callbacks };
  }
  const longestMs = loop.delayMs?.max ?? 0;
  return longestMs >= usualThresholdMs ? { kind: 'delay', longestMs } : null;
}
