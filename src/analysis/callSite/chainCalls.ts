import ts from 'typescript';
import { calleeName, type CallNode } from '../../code/calls/callsIn.ts';
import { isFunctionNode, nameOf, type Scope } from '../../code/calls/functionAt.ts';
import { plainName } from '../../code/calls/plainName.ts';

/** What keeps a chain of tasks going: a call, or a waiting that is none. Lower ranks are surer. */
export interface ChainDriver {
  readonly node: CallNode | ts.Node;
  readonly rank: number;
}

const schedulers = /^(?:nextTick|queueMicrotask|then|catch|finally)$/;

/** Ranks, the surest first. */
const ranks = { forAwait: 0, scheduled: 1, loop: 2, recursion: 3 } as const;

const isCall = (node: ts.Node): node is ts.CallExpression => ts.isCallExpression(node);

function skipOuter(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node))
    return skipOuter(node.expression);
  return node;
}

/** Whether a node runs in each round of a loop of its own function. */
function isInLoop(node: ts.Node, scope: Scope): boolean {
  for (let at = node; at !== scope; at = at.parent) {
    if (!ts.isIterationStatement(at.parent, false)) continue;
    if (ts.isForOfStatement(at.parent) ? at === at.parent.statement : true) return true;
  }
  return false;
}

/** Whether a function that is handed over calls, or is, the function around the call that hands it over. */
function leadsBack(argument: ts.Expression, scope: Scope): boolean {
  if (ts.isSourceFile(scope)) return false;
  const name = nameOf(scope);
  if (argument === scope) return true;
  if (ts.isIdentifier(argument)) return name !== '' && argument.text === name;
  if (!isFunctionNode(argument) || name === '') return false;
  let isFound = false;
  const visit = (node: ts.Node): void => {
    if (isCall(node) && calleeName(node) === name) isFound = true;
    ts.forEachChild(node, visit);
  };
  visit(argument);
  return isFound;
}

/** The call that a waiting waits for; the waiting itself where it is for no call. */
const waitedFor = (node: ts.AwaitExpression): ts.Node => {
  const value = skipOuter(node.expression);
  return isCall(value) || ts.isNewExpression(value) ? value : node;
};

/** All that may drive a chain in the body of a function, nested functions excluded. */
function driversOf(scope: Scope): readonly ChainDriver[] {
  const found: ChainDriver[] = [];
  const name = ts.isSourceFile(scope) ? '' : nameOf(scope);
  const visit = (node: ts.Node): void => {
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) {
      const over = skipOuter(node.expression);
      found.push({ node: isCall(over) ? over : node.expression, rank: ranks.forAwait });
    }
    if (ts.isAwaitExpression(node) && isInLoop(node, scope))
      found.push({ node: waitedFor(node), rank: ranks.loop });
    if (isCall(node)) {
      if (schedulers.test(calleeName(node) ?? '') && node.arguments.some((each) => leadsBack(each, scope)))
        found.push({ node, rank: ranks.scheduled });
      else if (name !== '' && calleeName(node) === name) found.push({ node, rank: ranks.recursion });
    }
    if (!isFunctionNode(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(scope, visit);
  return found;
}

/**
 * The call in a function that keeps a chain going: a loop that awaits, `for await`, or a call that schedules the
 * function again. If there are several of one kind, the one whose callee has the most samples; `entered` has the names
 * of the functions that it called, with their time. Null if there is none.
 */
export function driverIn(scope: Scope, entered: readonly (readonly [string, number])[]): ChainDriver | null {
  const times = new Map(entered.map(([name, time]) => [plainName(name), time]));
  const timeOf = ({ node }: ChainDriver): number =>
    isCall(node) ? (times.get(calleeName(node) ?? '') ?? 0) : 0;
  const own = driversOf(scope);
  const best = Math.min(...own.map(({ rank }) => rank));
  const [driver] = own.filter(({ rank }) => rank === best).sort((a, b) => timeOf(b) - timeOf(a));
  if (driver !== undefined) return driver;
  // A task without a name of its own is scheduled by the call that it is written in.
  const around = ts.isSourceFile(scope) ? undefined : scope.parent;
  return around !== undefined && isCall(around) && schedulers.test(calleeName(around) ?? '')
    ? { node: around, rank: ranks.scheduled }
    : null;
}
