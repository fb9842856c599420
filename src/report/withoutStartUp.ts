import type { Report } from './report.ts';

/**
 * A report without the start of the program: each restart loads everything once more, and what that took (a compiler at work,
 * modules that are read) is no finding of the program that runs.
 */
export function withoutStartUp(report: Report): Report {
  const findings = report.findings.filter(({ group }) => group !== 'startup');
  const blocks = report.blocks.filter(({ group }) => group !== 'startup');
  const isSame = findings.length === report.findings.length && blocks.length === report.blocks.length;
  return isSame ? report : { ...report, findings, blocks };
}
