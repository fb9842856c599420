import ts from 'typescript';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { flowOf } from '../../code/flow/flow.ts';
import { contains, enclosingFunction, isAsync } from '../../code/scopes.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { touchesIn } from './touches.ts';
import type { Touch } from './touch.ts';

/** What an object that others hold says differently from one moment to the next. */
const asksForNow = /^(aborted|throwIfAborted|destroyed|closed|writable|readable|connected)$/;

/** `throwIfAborted` in `signal.throwIfAborted()`, `aborted` in `signal.aborted`. */
function lastNameOf({ node }: Touch): string {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return parent.name.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : '';
}

/** Enough to see what the matter is. */
const mostNamed = 4;

/**
 * State that is used on both sides of a new wait, by the function itself or by helpers that it calls. The source does
 * not show what other code does to it during the wait.
 */
export function stateAssumptions(
  model: SourceModel,
  call: ts.CallExpression,
  isFixed: (touch: Touch) => boolean,
): readonly Assumption[] {
  const fn = enclosingFunction(call) ?? model.file;
  const touches = touchesIn(model, fn).filter((each) => !isFixed(each));
  const { isBefore, isAfter } = sidesOf(fn, call, touches);
  const found = new Map<string, Assumption>();
  // Callers of a function that becomes async are looked at on their own; a module is evaluated once.
  const overlaps = ts.isFunctionLike(fn) && isAsync(fn);
  const late = new Map<string, Assumption>();
  const before = byRoot(touches.filter(isBefore));
  const seen = new Set<string>();
  for (const touch of touches) {
    const isMet = isBefore(touch) || isAfter(touch);
    if (touch.owner === 'process' && isMet && !found.has('process'))
      found.set('process', assumptionAt(model, touch.node, 'process-state', touch.name));
    if (touch.owner === 'process' || !isAfter(touch)) continue;
    if (touch.owner === 'parameter' && asksForNow.test(lastNameOf(touch)))
      found.set(touch.key, assumptionAt(model, touch.node, 'object-shared', touch.name));
    // A large file touches the same state thousands of times.
    const sameAs = [touch.key, touch.owner, touch.kind, touch.isGuess].join('|');
    if (found.has(touch.key) || seen.has(sameAs)) continue;
    seen.add(sameAs);
    const earlier = before.get(rootOf(touch))?.find((each) => conflicts(each, touch));
    if (earlier !== undefined)
      found.set(touch.key, assumptionAt(model, touch.node, codeOf(touch), touch.name));
    else if (overlaps && isLateChange(touch))
      late.set(touch.key, assumptionAt(model, touch.node, 'state-seen-early', touch.name));
  }
  return [...found.values(), ...late.values()].slice(0, mostNamed);
}

/** A change that other code certainly sees, and now sees later: calls that overlap may change it in another order. */
const isLateChange = ({ kind, owner, isGuess }: Touch): boolean =>
  kind === 'write' && owner === 'shared' && isGuess !== true;

const codeOf = ({ owner, key }: Touch): 'object-shared' | 'state-in-call' | 'state-across-wait' =>
  owner === 'parameter' ? 'object-shared' : key.startsWith('module ') ? 'state-in-call' : 'state-across-wait';

const areRelated = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

/** What is only read on both sides matters, unless it is the caller's own or not certain to be shared. */
function conflicts(a: Touch, b: Touch): boolean {
  if (a.owner !== b.owner || !areRelated(a.key, b.key)) return false;
  const isTheirs = a.owner === 'parameter' || a.isGuess === true || b.isGuess === true;
  return !isTheirs || a.kind === 'write' || b.kind === 'write';
}

/** What two related keys begin with. */
const rootOf = ({ key }: Touch): string => key.split('.', 1)[0] ?? key;

function byRoot(touches: readonly Touch[]): ReadonlyMap<string, readonly Touch[]> {
  const found = new Map<string, Touch[]>();
  for (const touch of touches) {
    const same = found.get(rootOf(touch));
    if (same === undefined) found.set(rootOf(touch), [touch]);
    else same.push(touch);
  }
  return found;
}

/** The node that is over when a touch happens: the assignment or the call around what is touched. */
function momentOf({ node, at }: Touch): ts.Node {
  let moment = node;
  while (moment.end < at && !ts.isSourceFile(moment.parent)) moment = moment.parent;
  return moment;
}

/** What can happen before a call, or after it, in one run of the function. */
export interface Side {
  (touch: Touch): boolean;
  /** The same for one of the further nodes. */
  readonly node: (node: ts.Node) => boolean;
}

/** Remembers the answer for each node: many touches happen at the same one. */
function once(ask: (node: ts.Node) => boolean): (node: ts.Node) => boolean {
  const known = new Map<ts.Node, boolean>();
  return (node) => {
    const answer = known.get(node) ?? ask(node);
    known.set(node, answer);
    return answer;
  };
}

/** Which touches, and which further nodes, can come before and after a call in one run of a function. */
export function sidesOf(
  fn: ts.Node,
  call: ts.CallExpression,
  touches: readonly Touch[],
  others: readonly ts.Node[] = [],
): { readonly isBefore: Side; readonly isAfter: Side } {
  const flow = flowOf(fn, new Set([call, ...touches.map(momentOf), ...others]));
  const leadsToCall = once((node) => flow.canFollow(node, call));
  const follows = once((node) => flow.canFollow(call, node));
  // `n += f()` reads n before f runs.
  const isBefore = (touch: Touch): boolean =>
    leadsToCall(momentOf(touch)) || (touch.readAt !== null && contains(momentOf(touch), call));
  const isAfter = (touch: Touch): boolean => follows(momentOf(touch));
  return {
    isBefore: Object.assign(isBefore, { node: leadsToCall }),
    isAfter: Object.assign(isAfter, { node: follows }),
  };
}
