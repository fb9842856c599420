import type { Report } from '../../report/report.ts';
import { sumOfTimes } from '../../report/figures/sumOfTimes.ts';

/** A report without the blocks that began at a time or before it, in ms, and without the findings that leaves empty. */
export function reportSince(report: Report, startMs: number): Report {
  const blocks = report.blocks.filter((block) => block.startMs > startMs);
  const findings = report.findings.flatMap((finding) => {
    const parts = blocks.flatMap((block) => block.parts.filter(({ findingId }) => findingId === finding.id));
    return parts.length === 0 ? [] : [{ ...finding, ...sumOfTimes(parts.map(({ ms }) => ms)) }];
  });
  return { ...report, blocks, findings: findings.sort((a, b) => b.totalMs - a.totalMs) };
}
