import ts from 'typescript';
import type { CallSite } from '../../code/calls/callSite.ts';
import { calleeOrigin, packageOfSpecifier } from '../../code/calls/calleeOrigin.ts';
import { callsIn, type CallNode } from '../../code/calls/callsIn.ts';
import { enclosingScope, isFunctionNode, nameOf, type Scope } from '../../code/calls/functionAt.ts';
import { plainName } from '../../code/calls/plainName.ts';
import { packageOf } from '../causes/causeRule.ts';
import type { LiveFrame } from '../source/nodeSources.ts';
import type { BlockingPath } from './blockingPath.ts';
import type { ReadTree } from './nearTrees.ts';
import type { SiteFinder } from './siteFinder.ts';

/**
 * The call that waits for code which runs without it: the innermost that V8's asynchronous stack shows, else the only one that
 * starts something of the package whose code the loop called, or of several the one that was seen to. The project's own calls
 * come first, then those of the program's own family.
 */
export function awaitedSite(finder: SiteFinder, blocking: BlockingPath): CallSite | null {
  const entry = blocking.path.findLast((node) => finder.source(node).located.kind === 'dependency');
  const name = entry === undefined ? null : packageOf(finder.source(entry).located.frame);
  return (
    shownWaiting(finder, blocking, (frame) => finder.kindOfLive(frame) === 'user') ??
    (name === null ? null : starterOf(finder, name, finder.near.own(), blocking)) ??
    shownWaiting(finder, blocking, (frame) => finder.near.isOfFamily(frame)) ??
    (name === null ? null : starterOf(finder, name, finder.near.family(name), blocking))
  );
}

function shownWaiting(
  finder: SiteFinder,
  { live }: BlockingPath,
  isNear: (frame: LiveFrame) => boolean,
): CallSite | null {
  for (const frame of live) {
    if (frame.isAwaiting !== true || !isNear(frame)) continue;
    const site = finder.near.waitingAt(frame);
    if (site !== null) return { ...site, awaited: true };
  }
  return null;
}

function starterOf(
  finder: SiteFinder,
  name: string,
  trees: readonly ReadTree[],
  blocking: BlockingPath,
): CallSite | null {
  return (
    starterAmong(finder, trees, (imported) => imported === name, blocking) ??
    starterAmong(finder, trees, (imported) => finder.packages.dependsOn(imported, name), blocking)
  );
}

function starterAmong(
  finder: SiteFinder,
  trees: readonly ReadTree[],
  isOf: (imported: string) => boolean,
  blocking: BlockingPath,
): CallSite | null {
  const found = trees.flatMap(({ path, tree }) =>
    callsIn(tree, true)
      .filter((call) => startsSomething(call) && isOf(importedBy(call) ?? ''))
      .map((call) => finder.near.siteInText(path, call)),
  );
  const [only, another] = found;
  if (only === undefined) return null;
  const site =
    another === undefined ? only : (ofFunction(finder, found, blocking) ?? finder.seen.last(found));
  return site === null ? null : { ...site, awaited: true };
}

/** The call of the function within which code of the stack was written: what it left behind goes on. */
function ofFunction(finder: SiteFinder, sites: readonly CallSite[], { path }: BlockingPath): CallSite | null {
  const names = new Set(
    path.flatMap((node) => {
      const { located, scope } = finder.source(node);
      return located.kind === 'dependency' && scope !== undefined ? namesAround(scope) : [];
    }),
  );
  const fitting = sites.filter(({ callee }) => callee !== null && names.has(callee));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/** The names of a function and of those around it. */
function namesAround(scope: Scope): readonly string[] {
  const names: string[] = [];
  for (let at = scope; !ts.isSourceFile(at); at = enclosingScope(at)) names.push(plainName(nameOf(at)));
  return names.filter((name) => name !== '');
}

function importedBy(call: CallNode): string | null {
  const origin = calleeOrigin(call);
  return origin?.kind === 'module' ? packageOfSpecifier(origin.specifier) : null;
}

/** Whether what a call began may go on after it: it is awaited or returned, answers by `then`, or takes a callback. */
function startsSomething(call: CallNode): boolean {
  const { parent } = call;
  if (ts.isAwaitExpression(parent)) return true;
  if (ts.isPropertyAccessExpression(parent) && /^(?:then|catch|finally)$/.test(parent.name.text)) return true;
  if (ts.isTaggedTemplateExpression(call)) return false;
  const last = call.arguments?.at(-1);
  return last !== undefined && isFunctionNode(last);
}
