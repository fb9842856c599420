import { toZeroBased, type Range } from '../base/position.ts';
import type { Finding, Findings, FindingSite, FoundBlock, FoundPart, StackFrame } from './finding.ts';
import type {
  Report,
  ReportBlock,
  ReportCallSite,
  ReportFinding,
  ReportPart,
  ReportStackFrame,
} from './report.ts';

/** What a report says, to work with it further: the way back from `toReport`. */
export const fromReport = (report: Report): Findings => ({
  ...report,
  findings: report.findings.map(findingOf),
  blocks: report.blocks.map(blockOf),
});

/** The range of a call in a report, zero-based. */
export const siteRange = (
  site: Pick<ReportCallSite, 'line' | 'column' | 'endLine' | 'endColumn'>,
): Range => ({
  start: toZeroBased(site),
  end: toZeroBased({ line: site.endLine, column: site.endColumn }),
});

const findingOf = ({ callSite, ...finding }: ReportFinding): Finding => ({
  ...finding,
  callSite: callSite === null ? null : siteOf(callSite),
});

function siteOf(reported: ReportCallSite): FindingSite {
  const { line: _line, column: _column, endLine: _endLine, endColumn: _endColumn, ...rest } = reported;
  const { via, compiled, ...site } = rest;
  return {
    ...site,
    range: siteRange(reported),
    ...(via === undefined ? {} : { via: via.map((call) => ({ ...call, line: call.line - 1 })) }),
    ...(compiled === undefined ? {} : { compiled: { file: compiled.file, position: toZeroBased(compiled) } }),
  };
}

const blockOf = ({ parts, stack, ...block }: ReportBlock): FoundBlock => ({
  ...block,
  parts: parts.map(partOf),
  stack: stack.map(frameOf),
});

const partOf = ({ stack, ...part }: ReportPart): FoundPart =>
  stack === undefined ? part : { ...part, stack: stack.map(frameOf) };

const frameOf = ({ line, column, ...frame }: ReportStackFrame): StackFrame => ({
  ...frame,
  position: toZeroBased({ line, column }),
});
