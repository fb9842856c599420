import type { Report } from './report.ts';

/**
 * A report without the start of the program. Each restart loads everything again, and the time for that (a compiler at
 * work, reading modules) is not a finding of the running program.
 */
export function withoutStartUp(report: Report): Report {
  const findings = report.findings.filter(({ group }) => group !== 'startup');
  const blocks = report.blocks.filter(({ group }) => group !== 'startup');
  const isSame = findings.length === report.findings.length && blocks.length === report.blocks.length;
  return isSame ? report : { ...report, findings, blocks };
}
