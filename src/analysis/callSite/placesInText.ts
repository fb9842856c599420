import ts from 'typescript';
import type { Range } from '../../base/position.ts';
import { calleeName, callsIn, type CallNode } from '../../code/calls/callsIn.ts';
import { functionsOf, innermostScope, nameOf, positionAt, type Scope } from '../../code/calls/functionAt.ts';
import { perNode } from '../../code/calls/perNode.ts';
import { framelessCause } from './builtinCalls.ts';

/** The range between two offsets. */
export const rangeOf = (tree: ts.SourceFile, start: number, end: number): Range => ({
  start: positionAt(tree, start),
  end: positionAt(tree, end),
});

/** The calls to builtins without a frame on a line, the outermost first, for it covers those within its arguments. */
export function framelessCallsOn(scope: Scope, line: number): readonly CallNode[] {
  const onLine = framelessCalls(scope).filter(({ first, last }) => line >= first && line <= last);
  // A callback of several lines spans the line without being called on it: the narrowest span is the one that runs.
  const narrowest = Math.min(...onLine.map(({ first, last }) => last - first));
  return onLine.filter(({ first, last }) => last - first === narrowest).map(({ call }) => call);
}

/** The code of a line, without the blanks around it. */
export function lineRange(file: ts.SourceFile, line: number): Range {
  const start = file.getLineStarts()[line] ?? 0;
  const text = file.text.slice(start).split(/\r?\n/, 1)[0] ?? '';
  const column = text.length - text.trimStart().length;
  return { start: { line, column }, end: { line, column: text.trimEnd().length } };
}

/** The name of a function, else its head up to the body. */
export function headRange(file: ts.SourceFile, scope: Scope): Range {
  if (ts.isSourceFile(scope)) return { start: { line: 0, column: 0 }, end: { line: 0, column: 0 } };
  const start = scope.name?.getStart(file) ?? scope.getStart(file);
  return rangeOf(file, start, scope.name?.end ?? Math.max(scope.body?.pos ?? start, start));
}

/** The calls to builtins without a frame in a scope, with the lines they span. */
const framelessCalls = perNode((scope: Scope) => {
  const file = scope.getSourceFile();
  return callsIn(scope, true)
    .filter((call) => framelessCause(call) !== null)
    .map((call) => ({
      call,
      first: positionAt(file, call.getStart(file)).line,
      last: positionAt(file, call.end).line,
    }));
});

/**
 * The other function of a file that a line belongs to, if a function calls it by its name. Null if the line is the
 * function's own, or shared by several functions.
 */
export function inlinedAt(scope: Scope, line: number): ts.FunctionLikeDeclaration | null {
  const file = scope.getSourceFile();
  const start = file.getLineStarts()[line];
  if (start === undefined) return null;
  const lineOf = (offset: number): number => positionAt(file, offset).line;
  if (line >= lineOf(scope.getStart(file)) && line <= lineOf(scope.end)) return null;
  const text = file.text.slice(start).split(/\r?\n/, 1)[0] ?? '';
  const inner = innermostScope(file, start + text.length - text.trimStart().length);
  const begins = functionsOf(file).some(({ node }) => lineOf(node.getStart(file)) === line);
  if (ts.isSourceFile(inner) || begins) return null;
  const name = nameOf(inner);
  const isCalled = name !== '' && callsIn(scope, true).some((call) => calleeName(call) === name);
  return isCalled ? inner : null;
}
