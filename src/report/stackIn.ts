import type { ReportBlock, ReportStackFrame } from './report.ts';

/** The stack of a finding's own part of a block; empty where it is not known, and never that of another part. */
export function stackIn({ parts, stack }: ReportBlock, findingId: string): readonly ReportStackFrame[] {
  const index = parts.findIndex((part) => part.findingId === findingId);
  return index === 0 ? stack : (parts[index]?.stack ?? []);
}
