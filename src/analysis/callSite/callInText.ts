import ts from 'typescript';
import { skipOuter } from '../../code/bindings.ts';
import { isContinuation } from '../../code/calls/calleeOrigin.ts';
import type { CallSite } from '../../code/calls/callSite.ts';
import { calleeName, callsIn, isCallNode, type CallNode } from '../../code/calls/callsIn.ts';
import { functionsOf, scopePath, titleOf, type Scope } from '../../code/calls/functionAt.ts';
import { perNode } from '../../code/calls/perNode.ts';
import { rangeOf } from './placesInText.ts';

/** Functions of a file by their path: callbacks of one call have the same. */
const scopesByPath = perNode((file: ts.SourceFile): ReadonlyMap<string, readonly Scope[]> => {
  const found = new Map<string, Scope[]>();
  for (const { node } of functionsOf(file)) {
    const path = scopePath(node);
    const known = found.get(path);
    if (known === undefined) found.set(path, [node]);
    else known.push(node);
  }
  return found;
});

/** The functions of a file that have the path of a scope, in order of text. */
export const alikeScopes = (scope: Scope): readonly Scope[] =>
  (ts.isSourceFile(scope) ? undefined : scopesByPath(scope.getSourceFile()).get(scopePath(scope))) ?? [scope];

/** What the text of its file says of a call in the function `around` it. */
export function callIn(around: Scope, call: CallNode): Omit<CallSite, 'path' | 'origin'> {
  const file = call.getSourceFile();
  const name = calleeName(call);
  const equals = alikeScopes(around).flatMap((scope) =>
    callsIn(scope, true).filter((other) => calleeName(other) === name),
  );
  return {
    functionTitle: titleOf(around),
    scopePath: scopePath(around),
    callee: name ?? call.getText(file).slice(0, 60),
    ordinal: Math.max(equals.indexOf(call), 0),
    range: rangeOf(file, call.getStart(file), call.end),
    precision: 'call',
    ...(isContinuation(call) ? { isContinuation: true } : {}),
  };
}

/** The call that the `await` around an offset waits for; undefined where it waits for none, or there is no `await`. */
export function awaitedCallAt(tree: ts.SourceFile, offset: number): CallNode | undefined {
  let found: ts.AwaitExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (offset < node.getStart(tree) || offset >= node.end) return;
    if (ts.isAwaitExpression(node)) found = node;
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const value = found === undefined ? undefined : skipOuter(found.expression);
  return value !== undefined && isCallNode(value) ? value : undefined;
}
