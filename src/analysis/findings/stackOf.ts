import { toOneBased } from '../../base/position.ts';
import type { SiteFinder } from '../callSite/siteFinder.ts';
import type { ReportStackFrame } from '../report.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Attribution } from './attribution.ts';
import { relativeTo } from './relativePath.ts';

/** Frames at either end of a deep stack that are kept; the middle of a recursion repeats itself. */
const keptFrames = 32;
const longestName = 200;

function frameOf(
  tree: CallTree,
  finder: SiteFinder,
  node: number,
  part: Attribution,
  root: string,
): ReportStackFrame {
  const { located } = finder.source(node);
  const path = located.place?.path ?? tree.frame(node).url;
  const { site } = part;
  const isSite = site !== null && site.path === path && site.functionTitle === located.frame.functionName;
  const raw = located.place?.position ?? {
    line: located.frame.lineNumber,
    column: located.frame.columnNumber,
  };
  const ran = isSite ? site.range.start : raw;
  const position = located.place === null ? ran : finder.current(path, ran);
  const shown = toOneBased({ line: Math.max(position.line, 0), column: Math.max(position.column, 0) });
  return {
    function: (located.frame.functionName || '(anonymous)').slice(0, longestName),
    file: relativeTo(root, path).slice(0, longestName * 5),
    line: shown.line,
    column: shown.column,
    kind: located.kind,
  };
}

/** The stack of an attribution from its leaf to the root. Of very deep stacks the middle is left out. */
export function stackOf(
  tree: CallTree,
  finder: SiteFinder,
  part: Attribution,
  root: string,
): readonly ReportStackFrame[] {
  const path = tree.pathToRoot(part.leaf);
  const kept =
    path.length <= 2 * keptFrames ? path : [...path.slice(0, keptFrames), ...path.slice(-keptFrames)];
  return kept.map((node) => frameOf(tree, finder, node, part, root));
}
