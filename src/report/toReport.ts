import { toOneBased } from '../base/position.ts';
import type { Finding, Findings, FindingSite, FoundBlock, FoundPart, StackFrame } from './finding.ts';
import type {
  Report,
  ReportBlock,
  ReportCallSite,
  ReportFinding,
  ReportPart,
  ReportStackFrame,
} from './report.ts';

/** Findings as a report has them: here, and nowhere else, their positions become 1-based. */
export const toReport = (found: Findings): Report => ({
  ...found,
  findings: found.findings.map(reportedFinding),
  blocks: found.blocks.map(reportedBlock),
});

const reportedFinding = ({ callSite, ...finding }: Finding): ReportFinding => ({
  ...finding,
  callSite: callSite === null ? null : reportedSite(callSite),
});

function reportedSite({ range, via, compiled, ...site }: FindingSite): ReportCallSite {
  const end = toOneBased(range.end);
  return {
    ...site,
    ...toOneBased(range.start),
    endLine: end.line,
    endColumn: end.column,
    ...(via === undefined ? {} : { via: via.map((call) => ({ ...call, line: call.line + 1 })) }),
    ...(compiled === undefined
      ? {}
      : { compiled: { file: compiled.file, ...toOneBased(compiled.position) } }),
  };
}

const reportedBlock = ({ parts, stack, ...block }: FoundBlock): ReportBlock => ({
  ...block,
  parts: parts.map(reportedPart),
  stack: stack.map(reportedFrame),
});

const reportedPart = ({ stack, ...part }: FoundPart): ReportPart =>
  stack === undefined ? part : { ...part, stack: stack.map(reportedFrame) };

const reportedFrame = ({ position, ...frame }: StackFrame): ReportStackFrame => ({
  ...frame,
  ...toOneBased(position),
});
