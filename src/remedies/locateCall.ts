import ts from 'typescript';
import type { Position } from '../base/position.ts';
import { blockingCallOf } from '../code/catalog/findBlockingCalls.ts';
import { ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { PlanRequest, Refusal } from './plan.ts';
import { refuse, refuseAt, refusePlace } from './refuse.ts';
import { positionAt } from '../code/calls/functionAt.ts';
import type { SourceModel } from '../code/sourceModel.ts';
import { counted } from '../wording/numbers/formatNumbers.ts';

/**
 * The call a request means. With a column: the innermost call whose callee covers it, else the innermost around it.
 * Without: the one catalogued blocking call of the line, or its only call; several are refused with their columns.
 */
export function locateCall(
  model: SourceModel,
  { position, callee, end }: Pick<PlanRequest, 'position' | 'callee' | 'end'>,
): Result<ts.CallExpression, Refusal> {
  if (model.syntaxError !== null) {
    const { message, start } = model.syntaxError;
    return refuseAt(model, start, 'syntax-error', `This file does not parse: ${message} Correct that first.`);
  }
  const { line, column } = position;
  const lines = model.file.getLineStarts();
  const lineStart = lines[line];
  if (lineStart === undefined || line < 0) {
    const message = `The file has ${counted(lines.length, 'line')}; there is no line ${String(line + 1)}.`;
    return refusePlace(model, { line, column: column ?? 0 }, 'no-call-here', message);
  }
  if (column === null) return onlyCallOfLine(model, line, lineStart);
  const width = lineWidth(model, line);
  if (column > width || column < 0) {
    const message = `Line ${String(line + 1)} ends at column ${String(width)}; there is no column ${String(column + 1)}.`;
    return refusePlace(model, { line, column }, 'no-call-here', message);
  }
  const endOffset = end == null ? null : (lines[end.line] ?? Infinity) + end.column;
  return callAt(model, lineStart + column, endOffset, callee ?? null);
}

/** Length of a line without its break. */
function lineWidth({ file, text }: SourceModel, line: number): number {
  const starts = file.getLineStarts();
  return text.slice(starts[line], starts[line + 1]).replace(/[\r\n\u2028\u2029]+$/, '').length;
}

function callAt(
  model: SourceModel,
  offset: number,
  end: number | null,
  callee: string | null,
): Result<ts.CallExpression, Refusal> {
  const around = callsWhere(model, (call) => call.getStart() <= offset && offset < call.getEnd());
  const byCallee = around.filter((call) => offset <= call.expression.getEnd());
  const named = byCallee.filter((call) => callee !== null && calleeName(call) === callee.split('.').at(-1));
  const exact = named.find((call) => call.getStart() === offset && call.getEnd() === end);
  if (exact !== undefined) return ok(exact);
  const candidates = named.length > 0 ? named : byCallee;
  const equals = equalsInChain(candidates, offset);
  if (equals.length > 1) return refuseSeveral(model, equals);
  const known = candidates.filter((call) => blockingCallOf(model, call) !== undefined);
  const found = known.at(-1) ?? candidates.at(-1) ?? around.at(-1);
  if (found !== undefined) return ok(found);
  return refuseAt(
    model,
    offset,
    'no-call-here',
    'There is no call here: give the position of a call expression.',
  );
}

/** The calls of one name in a chain, the first of them at first, where a position in front of the chain means none of them. */
function equalsInChain(calls: readonly ts.CallExpression[], offset: number): readonly ts.CallExpression[] {
  const innermost = calls.at(-1);
  if (innermost === undefined || offset >= calleeNameStart(innermost)) return [];
  return calls.filter((call) => calleeName(call) === calleeName(innermost)).reverse();
}

const calleeName = ({ expression }: ts.CallExpression): string =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();

function onlyCallOfLine(model: SourceModel, line: number, start: number): Result<ts.CallExpression, Refusal> {
  const all = callsWhere(model, (call) => positionAt(model.file, calleeNameStart(call)).line === line);
  const known = all.filter((call) => blockingCallOf(model, call) !== undefined);
  const candidates = known.length > 0 ? known : all;
  const [first] = candidates;
  if (first === undefined) {
    return refuseAt(model, start, 'no-call-here', `There is no call on line ${String(line + 1)}.`);
  }
  return candidates.length === 1 ? ok(first) : refuseSeveral(model, candidates);
}

function refuseSeveral(model: SourceModel, calls: readonly ts.CallExpression[]): Result<never, Refusal> {
  const places = calls.map((call) => positionAt(model.file, calleeNameStart(call)));
  const [first] = places;
  const isOneLine = places.every(({ line }) => line === first?.line);
  const line = String((first?.line ?? 0) + 1);
  const where = isOneLine
    ? `Line ${line} has several calls, at columns ${places.map(({ column }) => String(column + 1)).join(', ')}`
    : `Several calls are here, at ${places.map((at) => `${String(at.line + 1)}:${String(at.column + 1)}`).join(', ')}`;
  const what = isOneLine ? 'add the column of the one you mean.' : 'give the place of the one you mean.';
  return refuse(model, calls[0] ?? model.file, 'ambiguous-call', `${where}: ${what}`);
}

/** Zero-based position at which a request names its call, and no other call of a chain; null if there is no such call. */
export function exactPosition(
  model: SourceModel,
  request: Pick<PlanRequest, 'position' | 'callee' | 'end'>,
): Position | null {
  const call = locateCall(model, request);
  return call.ok ? positionAt(model.file, calleeNameStart(call.value)) : null;
}

/** Where the name of the called function starts: `readFileSync` in `fs.readFileSync`. */
function calleeNameStart(call: ts.CallExpression): number {
  return ts.isPropertyAccessExpression(call.expression)
    ? call.expression.name.getStart()
    : call.expression.getStart();
}

/** Matching calls of the file, outer before inner. */
function callsWhere(
  model: SourceModel,
  matches: (call: ts.CallExpression) => boolean,
): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && matches(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return found;
}
