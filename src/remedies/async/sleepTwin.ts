import ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { joinEdits } from '../edits/applyEdits.ts';
import { awaitWrapping } from '../edits/awaitEdit.ts';
import { skipOuter } from '../../code/bindings.ts';
import type { EditContext } from '../edits/importEdits.ts';
import type { Plan, Refusal } from '../plan.ts';
import { refusalAt } from '../refuse.ts';
import { referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { importOf } from './twinExpression.ts';

/** `Atomics.wait` on memory that nobody else has is a sleep: it becomes the `setTimeout` of `timers/promises`. */
export function planSleep(context: EditContext, call: ts.CallExpression): Result<Plan, Refusal> {
  const { model } = context;
  const time = sleepTime(model, call);
  if (time === null) {
    const message =
      'This waits until another thread wakes it. Use messages or Atomics.waitAsync between the threads.';
    return err(refusalAt(model, call, 'no-async-twin', message));
  }
  const sleep = importOf(context, call, {
    module: 'timers/promises',
    exportName: 'setTimeout',
    wanted: ['sleep', 'sleepFor'],
  });
  const { before, after } = awaitWrapping(model, call);
  const value = ts.isExpressionStatement(call.parent)
    ? ''
    : `, ${context.style.quote}timed-out${context.style.quote}`;
  const start = call.getStart(model.file);
  const edits = [
    { path: model.path, start, end: time.getStart(model.file), text: `${before}${sleep.name}(` },
    { path: model.path, start: time.end, end: call.end, text: `${value})${after}` },
  ];
  return ok({
    kind: 'async',
    title: `Use the asynchronous version: await ${sleep.name}(…)`,
    edits: joinEdits([...edits, ...sleep.edits]),
    needsExecutor: false,
    asyncSpread: [],
    typeChecked: false,
    assumptions: [],
    warnings: [],
  });
}

/** The argument that says how long, when nothing can end the wait early. */
function sleepTime(model: SourceModel, call: ts.CallExpression): ts.Expression | null {
  const [memory, , expected, time] = call.arguments;
  if (memory === undefined || time === undefined || call.arguments.length !== 4) return null;
  const isZero = expected !== undefined && /^0n?$/.test(expected.getText(model.file));
  return isZero && isPrivateMemory(model, memory) ? time : null;
}

function isPrivateMemory(model: SourceModel, expression: ts.Expression): boolean {
  const node = skipOuter(expression);
  if (!ts.isIdentifier(node)) return isFreshArray(model, node);
  const symbol = symbolOf(model, node);
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration))
    return false;
  if (declaration.initializer === undefined || !isFreshArray(model, skipOuter(declaration.initializer)))
    return false;
  return referencesTo(model, symbol).every(
    ({ parent }) => ts.isCallExpression(parent) && parent.expression.getText(model.file) === 'Atomics.wait',
  );
}

function isFreshArray(model: SourceModel, node: ts.Expression): boolean {
  if (!ts.isNewExpression(node) || !/^(Int32|BigInt64)Array$/.test(node.expression.getText(model.file)))
    return false;
  const [buffer] = node.arguments ?? [];
  return (
    buffer !== undefined &&
    ts.isNewExpression(buffer) &&
    buffer.expression.getText(model.file) === 'SharedArrayBuffer'
  );
}
