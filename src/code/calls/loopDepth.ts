import ts from 'typescript';
import { isFunctionNode } from './functionAt.ts';

const goesThrough =
  /^(?:map|forEach|filter|reduce|reduceRight|some|every|flatMap|find|findIndex|findLast|findLastIndex|sort|toSorted)$/;

/** Whether a function is written as the callback of a method that calls it for each element. */
function isCallbackOfEach(fn: ts.Node): boolean {
  const call = fn.parent;
  if (!ts.isCallExpression(call) || !call.arguments.some((each) => each === fn)) return false;
  return ts.isPropertyAccessExpression(call.expression) && goesThrough.test(call.expression.name.text);
}

/** Whether `node` runs in each round of a loop, rather than once at its start. */
function isRepeatedIn(loop: ts.IterationStatement, node: ts.Node): boolean {
  if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) return node === loop.statement;
  return !ts.isForStatement(loop) || node !== loop.initializer;
}

/** How many loops are around a node within its function, callbacks of `map` and its kin included. */
export function loopDepth(node: ts.Node): number {
  let depth = 0;
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isIterationStatement(at.parent, false) && isRepeatedIn(at.parent, at)) depth += 1;
    if (!isFunctionNode(at)) continue;
    if (!isCallbackOfEach(at)) return depth;
    depth += 1;
  }
  return depth;
}
