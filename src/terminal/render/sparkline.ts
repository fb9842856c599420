import type { ReportBlock } from '../../report/report.ts';

const levels = [...'▁▂▃▄▅▆▇█'];

/** How busy each of `columns` equal stretches of a recording was with blocks; shares from 0 to 1. */
export function blockedShares(
  blocks: readonly ReportBlock[],
  durationMs: number,
  columns: number,
): readonly number[] {
  const shares = new Array<number>(columns).fill(0);
  const stretch = durationMs / columns;
  if (!(stretch > 0)) return shares;
  for (const { startMs, durationMs: length } of blocks) {
    const first = Math.max(Math.floor(startMs / stretch), 0);
    for (let at = first; at < columns && at * stretch < startMs + length; at++) {
      const from = Math.max(startMs, at * stretch);
      const to = Math.min(startMs + length, (at + 1) * stretch);
      shares[at] = Math.min((shares[at] ?? 0) + Math.max(to - from, 0) / stretch, 1);
    }
  }
  return shares;
}

/** One character for each share: a space for none, then higher and higher bars. */
export function sparkline(shares: readonly number[]): string {
  return shares
    .map((share) =>
      share <= 0 ? ' ' : levels[Math.min(Math.floor(share * levels.length), levels.length - 1)],
    )
    .join('');
}
