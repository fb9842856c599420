import ts from 'typescript';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { touchesIn } from './touches.ts';
import type { Touch } from './touches.ts';

/** Enough to see what the matter is. */
const mostNamed = 4;

/**
 * State that is used on both sides of a new wait, by the function itself or by helpers that it calls: what other code
 * does to it meanwhile cannot be told from the source.
 */
export function stateAssumptions(model: SourceModel, call: ts.CallExpression): readonly Assumption[] {
  const fn = enclosingFunction(call) ?? model.file;
  const touches = touchesIn(model, fn).filter(({ node }) => isOnWay(node, call, fn));
  const found = new Map<string, Assumption>();
  for (const touch of touches) {
    if (touch.owner === 'process' && !found.has('process'))
      found.set('process', assumptionAt(model, touch.node, 'process-state', touch.name));
    if (touch.owner === 'process' || !happensAfter(touch, call)) continue;
    const earlier = touches.find((each) => happensBefore(each, call) && conflicts(each, touch));
    if (earlier === undefined || found.has(touch.key)) continue;
    found.set(touch.key, assumptionAt(model, touch.node, codeOf(touch), touch.name));
  }
  return [...found.values()].slice(0, mostNamed);
}

const codeOf = ({ owner, key }: Touch): 'object-shared' | 'state-in-call' | 'state-across-wait' =>
  owner === 'parameter' ? 'object-shared' : key.startsWith('module ') ? 'state-in-call' : 'state-across-wait';

const areRelated = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

/** What is only read on both sides matters unless it is the caller's own. */
function conflicts(a: Touch, b: Touch): boolean {
  if (a.owner !== b.owner || !areRelated(a.key, b.key)) return false;
  return a.owner !== 'parameter' || a.kind === 'write' || b.kind === 'write';
}

/** In a loop around both, every use comes before the wait and after it. */
function isRepeated(node: ts.Node, call: ts.Node): boolean {
  const loop = ts.findAncestor(
    call,
    (each): each is ts.IterationStatement =>
      ts.isIterationStatement(each, false) && each.pos <= node.pos && node.end <= each.end,
  );
  return loop !== undefined && enclosingFunction(loop) === enclosingFunction(call);
}

const happensBefore = ({ at, readAt, node }: Touch, call: ts.Node): boolean =>
  (readAt ?? at) < call.end || isRepeated(node, call);

const happensAfter = ({ at, node }: Touch, call: ts.Node): boolean =>
  at >= call.end || isRepeated(node, call);

/** Whether one run can pass both a place and the call: not the other branch, not before a `return`. */
function isOnWay(node: ts.Node, call: ts.Node, fn: ts.Node): boolean {
  if (isRepeated(node, call)) return true;
  for (let at = node; at !== fn && !ts.isSourceFile(at); at = at.parent) {
    const { parent } = at;
    if (ts.isIfStatement(parent) && at !== parent.expression && !holds(at, call)) {
      const other = at === parent.thenStatement ? parent.elseStatement : parent.thenStatement;
      if (other !== undefined && holds(other, call)) return false;
      if (node.pos < call.pos && leaves(at)) return false;
    }
    if (ts.isConditionalExpression(parent) && at !== parent.condition) {
      const other = at === parent.whenTrue ? parent.whenFalse : parent.whenTrue;
      if (holds(other, call)) return false;
    }
  }
  return true;
}

const holds = (outer: ts.Node, inner: ts.Node): boolean => outer.pos <= inner.pos && inner.end <= outer.end;

/** A branch that ends the function. */
function leaves(branch: ts.Node): boolean {
  const last = ts.isBlock(branch) ? branch.statements.at(-1) : branch;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isThrowStatement(last));
}
