import type { ReportBlock, ReportStackFrame } from './report.ts';

/** How long a finding's own part of a block took, in ms; 0 where it has none. */
export const partMs = ({ parts }: ReportBlock, findingId: string): number =>
  parts.find((part) => part.findingId === findingId)?.ms ?? 0;

/** The stack of a finding's own part of a block; empty where it is not known, and never that of another part. */
export function stackIn({ parts, stack }: ReportBlock, findingId: string): readonly ReportStackFrame[] {
  const index = parts.findIndex((part) => part.findingId === findingId);
  return index === 0 ? stack : (parts[index]?.stack ?? []);
}
