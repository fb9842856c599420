import type { TimelineBlock, TimelineRun } from '../../src/editor/timeline/timelineProtocol.ts';

/** The longest block of a finding in the last run that has one. */
export function longestOf(
  runs: readonly TimelineRun[],
  finding: string,
): { readonly run: TimelineRun; readonly block: TimelineBlock } | null {
  for (const run of runs.toReversed()) {
    let best: TimelineBlock | null = null;
    for (const block of run.blocks) {
      if (block.findings.includes(finding) && block.durationMs > (best?.durationMs ?? -1)) best = block;
    }
    if (best !== null) return { run, block: best };
  }
  return null;
}
