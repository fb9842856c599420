import ts from 'typescript';
import type { Position } from '../../base/position.ts';
import { aliasesOf, calleeName, callsIn } from './callsIn.ts';
import { innermostScope, offsetAt } from './functionAt.ts';

/**
 * The calls of one callee, known by its last name, that the function at a place makes itself: where a recording shows the
 * function and what it called, one of these blocked. In order of text.
 */
export function callsNamed(
  tree: ts.SourceFile,
  place: Position,
  callee: string,
): readonly ts.CallExpression[] {
  const offset = offsetAt(tree, place);
  if (offset === undefined) return [];
  const name = callee.split('.').at(-1);
  const aliases = aliasesOf(tree);
  const isNamed = (called: string | null): boolean =>
    called !== null && (called === name || aliases.get(called) === name);
  return callsIn(innermostScope(tree, offset), false)
    .filter((call) => ts.isCallExpression(call))
    .filter((call) => isNamed(calleeName(call)));
}
