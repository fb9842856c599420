import ts from 'typescript';
import type { BlockingCall } from '../../code/catalog/findBlockingCalls.ts';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { joinEdits } from '../edits/applyEdits.ts';
import { awaitWrapping } from '../edits/awaitEdit.ts';
import { loopDepth } from '../../code/calls/loopDepth.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { threadAssumptions } from '../safety/argumentAssumptions.ts';
import { refuse } from '../refuse.ts';
import { checkArguments, checkCloneable } from './cloneability.ts';
import { statUseOf } from './statFields.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import type { EditContext } from '../edits/importEdits.ts';
import type { Plan, Refusal, TextEdit } from '../plan.ts';
import { importOf } from '../async/twinExpression.ts';

/** Which export of the executor package runs the function, and what stands before the function in its arguments. */
const forms = {
  thread: { export: 'toThread', lead: '' },
  executor: { export: 'runInExecutor', lead: 'null, ' },
} as const;

/**
 * Remedies `thread` and `executor`: the builtin function itself is handed to the executor, which finds it again in the
 * worker by identity; arguments and result are copied.
 */
export function planThread(
  context: EditContext,
  blocking: BlockingCall,
  kind: 'thread' | 'executor',
  executorModule: string,
): Result<Plan, Refusal> {
  const { model } = context;
  const stat = statUseOf(model.path, blocking);
  const refusal = stat === null ? checkCloneable(model, blocking) : checkArguments(model, blocking.call);
  if (refusal !== null) return err(refusal);
  if (loopDepth(blocking.call) > 1) {
    const message = `${blocking.api.export}() is called in a loop within a loop: a trip to a worker in each round costs more than it saves.`;
    return refuse(model, blocking.call, 'called-in-loop', message);
  }
  const form = forms[kind];
  const runner = importOf(context, blocking.call, { module: executorModule, exportName: form.export });
  return ok({
    kind,
    title: `Run in ${kind === 'thread' ? 'a worker thread' : 'an executor'}: await ${form.export}(…)`,
    edits: joinEdits([
      ...(stat?.kind === 'method' ? [stat.before] : []),
      ...threadCallEdits(context, blocking.call, `${runner.name}(${form.lead}`, typedCallee(model, blocking)),
      ...(stat?.kind === 'method' ? [stat.after] : []),
      ...runner.edits,
    ]),
    needsExecutor: true,
    asyncSpread: [],
    typeChecked: false,
    assumptions: [...threadAssumptions(model, blocking), ...perRound(model, blocking.call)],
    warnings: [],
  });
}

/** Functions whose last overload takes a callback: TypeScript would infer that one. */
const blockingForms: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'randomBytes (no callback)': { 1: '(size: number) => Buffer' },
  'randomInt (no callback)': { 1: '(max: number) => number', 2: '(min: number, max: number) => number' },
};

/** The function as it is handed over in TypeScript where its overloads hide the form that is meant. */
function typedCallee(model: SourceModel, { call, api }: BlockingCall): string | undefined {
  const type = blockingForms[api.export]?.[call.arguments.length];
  if (type === undefined || !/\.[cm]?tsx?$/.test(model.path)) return undefined;
  return `${call.expression.getText(model.file)} as ${type}`;
}

/** A call in a loop makes one trip to a worker per round. */
function perRound(model: SourceModel, call: ts.CallExpression): readonly Assumption[] {
  if (loopDepth(call) === 0) return [];
  return [assumptionAt(model, call, 'one-trip-per-round', `${call.expression.getText(model.file)}()`)];
}

/** `f(a, b)` → `await toThread(f, a, b)`; arguments on lines of their own get the function as their first line. */
export function threadCallEdits(
  { model }: EditContext,
  call: ts.CallExpression,
  lead: string,
  fn?: string,
): readonly TextEdit[] {
  const { before, after } = awaitWrapping(model, call);
  const start = call.getStart(model.file);
  const callee = fn ?? model.text.slice(start, call.expression.getEnd());
  const end = openParenthesis(model.text, call) + 1;
  const indent = /^[ \t]*\r?\n[ \t]*/.exec(model.text.slice(end))?.[0] ?? '';
  const hasSpace = /^\s/.test(model.text.slice(end));
  const separator = call.arguments.length === 0 ? '' : hasSpace ? ',' : ', ';
  return [
    {
      path: model.path,
      start,
      end,
      text: before + lead.trimEnd() + (indent || lead.slice(lead.trimEnd().length)) + callee + separator,
    },
    ...(after === '' ? [] : [{ path: model.path, start: call.getEnd(), end: call.getEnd(), text: after }]),
  ];
}

/** Offset of the parenthesis that opens the arguments of a call. */
function openParenthesis(text: string, call: ts.CallExpression): number {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, true, ts.LanguageVariant.Standard, text);
  const from = call.typeArguments?.end ?? call.expression.getEnd();
  scanner.resetTokenState(from);
  while (scanner.scan() !== ts.SyntaxKind.OpenParenToken) {
    if (scanner.getTokenEnd() >= call.getEnd()) throw new Error('A call without a parenthesis');
  }
  return scanner.getTokenStart();
}
