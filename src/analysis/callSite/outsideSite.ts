import type { CallSite } from '../../code/calls/callSite.ts';
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

/** The call that a dependency made. `isNearOnly`: only of the program's family or of a direct dependency. */
function dependencySite(finder: SiteFinder, blocking: BlockingPath, isNearOnly: boolean): CallSite | null {
  const { path, window } = blocking;
  const pathOf = (node: number): string => {
    const { place, frame } = finder.source(node).located;
    return place?.path ?? frame.url;
  };
  const dependencies = path.flatMap((node, index) =>
    finder.source(node).located.kind === 'dependency' ? [{ node, index, file: pathOf(node) }] : [],
  );
  const leavesBy = (entered: number | undefined): boolean =>
    entered !== undefined && finder.source(entered).located.kind === 'dependency';
  const siteOf = ({ node, index }: (typeof dependencies)[number]): CallSite => {
    const entered = path[index - 1];
    const call = entered === undefined ? null : finder.call(node, entered, blocking);
    return call ?? finder.function(node, window, true, entered ?? null);
  };
  for (const isNear of [
    (file: string) => finder.packages.isOfFamily(file),
    (file: string) => finder.packages.isDirect(file),
  ]) {
    const near = dependencies.filter(({ file }) => isNear(file));
    const sites = near.map((each) => ({ ...each, site: siteOf(each) }));
    const isNearAt = (node: number | undefined): boolean => near.some((each) => each.node === node);
    // Where the call out of these packages cannot be told, its function says more than a call further out, which serves many.
    const found = sites.find(
      ({ site: { precision, isContinuation }, index }) =>
        isContinuation !== true &&
        (precision === 'call' || (index > 0 && !isNearAt(path[index - 1]) && leavesBy(path[index - 1]))),
    );
    const site = (found ?? sites[0])?.site;
    if (site !== undefined) return site;
  }
  const outermost = dependencies.at(-1);
  return outermost === undefined || isNearOnly ? null : siteOf(outermost);
}
