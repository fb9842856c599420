import ts from 'typescript';
import type { Position } from '../../base/position.ts';
import { functionAt, functionsOf, nameOf, positionAt, type Scope } from '../../code/calls/functionAt.ts';
import { plainName } from '../../code/calls/plainName.ts';

/**
 * A function of a file as a frame led to it. `ran`: the file is, there at least, the text that ran. `name`: it is not, and
 * only one function of that name is in it.
 */
export interface FoundFunction {
  readonly scope: Scope;
  readonly position: Position;
  readonly by: 'ran' | 'name';
}

/** V8 makes up names (`Foo.<computed>`, `<instance_members_initializer>`) where the source has none to compare. */
function nameFits(node: ts.FunctionLikeDeclaration, name: string): boolean {
  const own = nameOf(node);
  const isComputed = node.name !== undefined && ts.isComputedPropertyName(node.name);
  return own === '' || name === '' || isComputed || name.includes('<') || own === plainName(name);
}

/**
 * The function at the position of a frame, where nothing says whether the file has the text that ran: code may have been
 * compiled in memory from a file of this path. The position is believed where a function of that name begins there.
 * Undefined where neither that nor the name alone leads to one function.
 */
export function findFunction(
  tree: ts.SourceFile,
  position: Position,
  name: string,
): FoundFunction | undefined {
  const scope = functionAt(tree, position, name);
  if (scope !== undefined && (ts.isSourceFile(scope) || nameFits(scope, name)))
    return { scope, position, by: 'ran' };
  return functionNamed(tree, name);
}

/** The same for a position inside a function. */
export function findAround(
  tree: ts.SourceFile,
  scope: Scope | undefined,
  name: string,
): FoundFunction | undefined {
  if (scope !== undefined && (ts.isSourceFile(scope) || nameFits(scope, name)))
    return { scope, position: positionAt(tree, scope.getStart(tree)), by: 'ran' };
  return functionNamed(tree, name);
}

function functionNamed(tree: ts.SourceFile, name: string): FoundFunction | undefined {
  const wanted = plainName(name);
  const [only, another] = functionsOf(tree).filter(({ node }) => wanted !== '' && nameOf(node) === wanted);
  if (only === undefined || another !== undefined) return undefined;
  return { scope: only.node, position: positionAt(tree, only.at), by: 'name' };
}
