import type { Position } from '../../base/position.ts';
import type { CallSite } from '../../code/calls/callSite.ts';
import { scopePath } from '../../code/calls/functionAt.ts';
import { unsurePlace, type NodeSource } from '../source/nodeSources.ts';
import type { SiteFinder } from '../callSite/siteFinder.ts';
import type { StackFrame } from '../../report/finding.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Attribution } from './attribution.ts';
import { relativeTo } from '../../report/relativePath.ts';

/** Frames at either end of a deep stack that are kept; the middle of a recursion repeats itself. */
const keptFrames = 32;
const longestName = 200;
/** No window: the call into a function of the project is the same in all of them. */
const anyWindow = -1;

/** Whether a frame is that of the function around a call. */
function isAround(site: CallSite, { located: { place, frame }, scope }: NodeSource): boolean {
  if (site.path !== (place?.path ?? frame.url)) return false;
  return scope === undefined
    ? site.functionTitle === frame.functionName
    : site.scopePath === scopePath(scope);
}

function frameOf(source: NodeSource, finder: SiteFinder, ran: Position, root: string): StackFrame {
  const { frame, place, kind } = source.located;
  const position = place === null ? ran : finder.current(place.path, ran);
  return {
    function: (frame.functionName || '(anonymous)').slice(0, longestName),
    file: relativeTo(root, place?.path ?? frame.url).slice(0, longestName * 5),
    position: { line: Math.max(position.line, 0), column: Math.max(position.column, 0) },
    // Readers of the report know four kinds: code without a file is as little to be read as native code.
    kind: kind === 'generated' ? 'native' : kind,
    ...unsurePlace(source),
  };
}

/**
 * The stack of an attribution from its leaf to the root. A frame of the project has the place of its call to the next
 * frame if that is known, else the place where its function begins. The middle of very deep stacks is left out.
 */
export function stackOf(
  tree: CallTree,
  finder: SiteFinder,
  { leaf, site }: Attribution,
  root: string,
): readonly StackFrame[] {
  const path = tree.pathToRoot(leaf);
  let siteIsLeft = site !== null;
  const frames = path.map((node, index) => (): StackFrame => {
    const source = finder.source(node);
    const { frame, kind, place } = source.located;
    const begin = place?.position ?? { line: frame.lineNumber, column: frame.columnNumber };
    const entered = path[index - 1];
    // In a recursion, the innermost call is the one that was seen.
    if (siteIsLeft && site !== null && isAround(site, source)) {
      siteIsLeft = false;
      return frameOf(source, finder, site.range.start, root);
    }
    const call =
      kind !== 'user' || entered === undefined
        ? null
        : finder.call(node, entered, { path, window: anyWindow, live: [] });
    return frameOf(source, finder, call?.range.start ?? begin, root);
  });
  const kept =
    frames.length <= 2 * keptFrames ? frames : [...frames.slice(0, keptFrames), ...frames.slice(-keptFrames)];
  return kept.map((make) => make());
}
