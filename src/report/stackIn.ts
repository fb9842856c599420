import type { ReportBlock } from './report.ts';

/** A block with the stacks of its parts, as a report has it or as it was found. */
interface Stacked<Frame> {
  readonly parts: readonly { readonly findingId: string; readonly stack?: readonly Frame[] }[];
  readonly stack: readonly Frame[];
}

/** How long a finding's own part of a block took, in ms; 0 where it has none. */
export const partMs = ({ parts }: ReportBlock, findingId: string): number =>
  parts.find((part) => part.findingId === findingId)?.ms ?? 0;

/** The stack of a finding's own part of a block; empty where it is not known, and never that of another part. */
export function stackIn<Frame>({ parts, stack }: Stacked<Frame>, findingId: string): readonly Frame[] {
  const index = parts.findIndex((part) => part.findingId === findingId);
  return index === 0 ? stack : (parts[index]?.stack ?? []);
}
