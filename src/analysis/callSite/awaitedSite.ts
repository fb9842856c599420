import ts from 'typescript';
import type { CallSite } from '../../code/calls/callSite.ts';
import { calleeOrigin, packageOfSpecifier } from '../../code/calls/calleeOrigin.ts';
import { callsIn, type CallNode } from '../../code/calls/callsIn.ts';
import { isFunctionNode } from '../../code/calls/functionAt.ts';
import { packageOf } from '../causes/causeRule.ts';
import type { BlockingPath } from './blockingPath.ts';
import type { SiteFinder } from './siteFinder.ts';

/**
 * The project's own call that waits for code which runs without it: the innermost that V8's asynchronous stack shows, else the
 * only one in the project that starts something of the package whose code the loop called.
 */
export function awaitedSite(finder: SiteFinder, { path, live }: BlockingPath): CallSite | null {
  for (const frame of live) {
    if (frame.isAwaiting !== true || finder.kindOfLive(frame) !== 'user') continue;
    const site = finder.waitingAt(frame);
    if (site !== null) return { ...site, awaited: true };
  }
  const entry = path.findLast((node) => finder.source(node).located.kind === 'dependency');
  const name = entry === undefined ? null : packageOf(finder.source(entry).located.frame);
  if (name === null) return null;
  return (
    onlyStarter(finder, (imported) => imported === name) ??
    onlyStarter(finder, (imported) => finder.packages.dependsOn(imported, name))
  );
}

function onlyStarter(finder: SiteFinder, isOf: (imported: string) => boolean): CallSite | null {
  const found = finder.ownTrees().flatMap(({ path, tree }) =>
    callsIn(tree, true)
      .filter((call) => startsSomething(call) && isOf(importedBy(call) ?? ''))
      .map((call) => ({ path, call })),
  );
  const [only, another] = found;
  if (only === undefined || another !== undefined) return null;
  return { ...finder.siteInText(only.path, only.call), awaited: true };
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
