import type { Report, ReportFinding, ReportStackFrame } from './report.ts';
import { stackIn } from './stackIn.ts';

/** What a finding belongs to: what blocked a running program, its start-up, or a lack of CPU. */
export type FindingGroup = 'block' | 'startup' | 'starved';

/** Node's own files that run the main module. */
const mainModule = /^node:internal\/(?:main\/|modules\/(?:run_main|esm\/module_job)$)/;

const isOfStartUp = (stack: readonly ReportStackFrame[]): boolean =>
  stack.some(({ kind, file }) => kind === 'node' && mainModule.test(file));

/** The group of a finding of a report: it belongs to the start-up where all its blocks that have a stack do. */
export function groupOf({ id, cause, group }: ReportFinding, { blocks }: Report): FindingGroup {
  if (group !== undefined) return group;
  if (cause === 'starved') return 'starved';
  const own = blocks.filter(
    (block) => block.parts.some(({ findingId }) => findingId === id) && stackIn(block, id).length > 0,
  );
  const isAtStart = own.every((block) => block.request === null && isOfStartUp(stackIn(block, id)));
  return own.length > 0 && isAtStart ? 'startup' : 'block';
}
