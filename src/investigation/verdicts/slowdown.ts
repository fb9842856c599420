import type { Report, ReportFinding } from '../../report/report.ts';
import { codeChange } from './codeChange.ts';

/** Fewer blocks than this on a side say little about how long a call usually takes. */
const leastBlocks = 3;

/** What one call takes differs by this factor on an idle machine. */
export const leastSlowdown = 1.25;

/** By what factor code that did not change takes longer in the second recording: the machine and its load. 1 when it does not. */
export function slowdownOf(before: Report, after: Report): number {
  const ratios = before.findings
    .map((finding) => ratioOf(finding, after))
    .filter((ratio) => ratio !== null)
    .sort((a, b) => a - b);
  return Math.max(ratios[ratios.length >> 1] ?? 1, 1);
}

function ratioOf(finding: ReportFinding, after: Report): number | null {
  const now = after.findings.find(({ id }) => id === finding.id);
  const isTelling = finding.callSite !== null && finding.count >= leastBlocks && finding.p50Ms > 0;
  if (now === undefined || !isTelling || now.count < leastBlocks) return null;
  return codeChange(finding, after) === 'unchanged' ? now.p50Ms / finding.p50Ms : null;
}
