import type { CallSite } from '../../code/calls/callSite.ts';
import { packageOf } from '../causes/causeRule.ts';
import { awaitedSite } from './awaitedSite.ts';
import type { BlockingPath } from './blockingPath.ts';
import type { SiteFinder } from './siteFinder.ts';

type Via = NonNullable<CallSite['via']>;

const dispatches = /^(?:emit|dispatchEvent)$/;

/** Whether a call tells listeners, and the first function of a package below it is foreign: then it was theirs. */
function isForeignDispatch(finder: SiteFinder, { callee }: CallSite, below: readonly number[]): boolean {
  if (!dispatches.test(callee ?? '')) return false;
  const first = below.findLast((node) => {
    const { kind } = finder.source(node).located;
    return kind === 'user' || kind === 'dependency';
  });
  return first !== undefined && finder.source(first).located.kind === 'dependency';
}

const withVia = (site: CallSite, via: Via): CallSite => (via.length === 0 ? site : { ...site, via });

/**
 * The call that a fix would change, for time that was spent outside of the project's own code: its innermost call, calls that
 * only go on with what was handed to them passed over; the call that waits for it, where none is on the stack; else the
 * innermost call of the program's own family, of a package that the project depends on directly, the outermost dependency.
 */
export function outsideSite(finder: SiteFinder, blocking: BlockingPath): CallSite | null {
  const { path, window } = blocking;
  const via: { path: string; line: number; callee: string }[] = [];
  let passed: CallSite | null = null;
  for (const [index, caller] of path.entries()) {
    const entered = path[index - 1];
    if (entered === undefined || finder.source(caller).located.kind !== 'user') continue;
    const site = finder.call(caller, entered, blocking);
    if (site === null && passed === null) return finder.function(caller, window, false, entered);
    if (site === null) continue;
    if (site.isContinuation !== true && !isForeignDispatch(finder, site, path.slice(0, index)))
      return withVia(site, via);
    passed ??= site;
    via.unshift({ path: site.path, line: site.range.start.line, callee: site.callee ?? '' });
  }
  const awaited = passed === null ? awaitedSite(finder, blocking) : null;
  const foreign = awaited ?? dependencySite(finder, blocking, passed !== null);
  return foreign === null ? passed : withVia(foreign, via);
}

/** A frame of a dependency on a path from the leaf up. */
interface DependencyFrame {
  readonly node: number;
  readonly index: number;
  readonly file: string;
}

/** The call that a dependency made. `isNearOnly`: only of the program's family or of a direct dependency. */
function dependencySite(finder: SiteFinder, blocking: BlockingPath, isNearOnly: boolean): CallSite | null {
  const { path } = blocking;
  const frames = path.flatMap((node, index): readonly DependencyFrame[] => {
    const { kind, place, frame } = finder.source(node).located;
    return kind === 'dependency' ? [{ node, index, file: place?.path ?? frame.url }] : [];
  });
  const near =
    nearSite(finder, blocking, frames, (file) => finder.packages.isOfFamily(file)) ??
    nearSite(finder, blocking, frames, (file) => finder.packages.isDirect(file));
  const outermost = frames.at(-1);
  if (near !== null || outermost === undefined || isNearOnly) return near;
  return siteOf(finder, blocking, outermost);
}

function siteOf(finder: SiteFinder, blocking: BlockingPath, { node, index }: DependencyFrame): CallSite {
  const entered = blocking.path[index - 1];
  const call = entered === undefined ? null : finder.call(node, entered, blocking);
  return call ?? finder.function(node, blocking.window, true, entered ?? null);
}

/** The innermost call that near packages made; what one of them does within itself is its own business, where another called it. */
function nearSite(
  finder: SiteFinder,
  blocking: BlockingPath,
  frames: readonly DependencyFrame[],
  isNear: (file: string) => boolean,
): CallSite | null {
  const { path } = blocking;
  const packageAt = (node: number | undefined): string | null =>
    node === undefined ? null : packageOf(finder.source(node).located.frame);
  const innermost = packageAt(frames[0]?.node);
  const sites = frames
    .filter(({ file }) => isNear(file))
    .map((frame) => ({ ...frame, site: siteOf(finder, blocking, frame) }));
  const open = sites.filter(({ site }) => site.isContinuation !== true);
  const entersInnermost = open.find(
    ({ site, node, index }) =>
      site.precision === 'call' && packageAt(node) !== innermost && packageAt(path[index - 1]) === innermost,
  );
  // Where the call out of these packages cannot be told, its function says more than a call further out, which serves many.
  const leaves = (index: number): boolean => {
    const entered = path[index - 1];
    const isOfDependency = entered !== undefined && finder.source(entered).located.kind === 'dependency';
    return isOfDependency && !sites.some(({ node }) => node === entered);
  };
  const found = open.find(({ site, index }) => site.precision === 'call' || leaves(index));
  return (entersInnermost ?? found ?? sites[0])?.site ?? null;
}
