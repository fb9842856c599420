import ts from 'typescript';
import { callsIn, type CallNode } from '../../code/calls/callsIn.ts';
import { isFunctionNode, type Scope } from '../../code/calls/functionAt.ts';
import { framelessCause } from './builtinCalls.ts';

const isLoop = (node: ts.Node): boolean => ts.isIterationStatement(node, false);

function loopsIn(scope: Scope): readonly ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (isLoop(node)) found.push(node);
    if (!isFunctionNode(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(scope, visit);
  return found;
}

const holds = (outer: ts.Node, inner: ts.Node): boolean => outer.pos <= inner.pos && inner.end <= outer.end;

/**
 * The builtin without a frame that spent a function's own time, where no lines tell: the last before the places at which live
 * stacks, which a builtin holds up, found the function next; without them the only one, if no loop may have spent the time.
 */
export function framelessByShape(scope: Scope, offsets: readonly number[]): CallNode | undefined {
  const calls = callsIn(scope, false).filter((call) => framelessCause(call) !== null);
  const loops = loopsIn(scope);
  const before = offsets.map((offset) => {
    const call = calls.findLast((each) => each.getStart() <= offset);
    const loop = loops.findLast((each) => each.getStart() <= offset && offset < each.end);
    return call !== undefined && (loop === undefined || holds(loop, call)) ? call : undefined;
  });
  const [first] = before;
  if (before.length > 0) return before.every((call) => call === first) ? first : undefined;
  const [only, another] = calls;
  if (only === undefined || another !== undefined) return undefined;
  return loops.every((loop) => holds(loop, only)) ? only : undefined;
}
