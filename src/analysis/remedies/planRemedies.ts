import ts from 'typescript';
import { blockingCallOf } from '../catalog/findBlockingCalls.ts';
import type { BlockingCall } from '../catalog/findBlockingCalls.ts';
import { err } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import type { RemedyKind } from '../report.ts';
import type { SourceText } from '../sourceProvider.ts';
import { planAsyncTwin } from './asyncTwin.ts';
import { editContext } from './importEdits.ts';
import type { EditContext } from './importEdits.ts';
import { locateCall } from './locateCall.ts';
import type { Plan, PlanRequest, Refusal } from './plan.ts';
import { refuse } from './refuse.ts';
import { titleOf } from './remedyOffer.ts';
import type { RemedyOffer } from './remedyOffer.ts';
import { modelSource } from './sourceModel.ts';
import { styleOf } from './style.ts';
import { planThread } from './thread.ts';
import { explainUnknownCallee } from './unknownCallee.ts';

/** Remedies in the order in which they are offered: safest and best first. */
const kinds = ['async', 'thread', 'executor'] as const satisfies readonly RemedyKind[];
type OfferedKind = (typeof kinds)[number];

/**
 * All remedies for the call a request means, each with its plan or the reason why it is not safe. When there is no such
 * call, or the file does not parse, every remedy carries that refusal.
 */
export function planRemedies(source: SourceText, request: PlanRequest): readonly RemedyOffer[] {
  const context = contextOf(source);
  const call = locateCall(context.model, request);
  return kinds.map((kind) => {
    const outcome = call.ok ? planKind(context, call.value, kind, request.executorModule) : call;
    return { kind, title: outcome.ok ? outcome.value.title : titleOf(kind), outcome };
  });
}

/** The plan of the requested kind; without a kind the first safe one, else the refusal of the best. */
export function planFix(source: SourceText, request: PlanRequest): Result<Plan, Refusal> {
  const offers = planRemedies(source, request);
  const [best] = offers;
  if (best === undefined) throw new Error('No remedy is registered');
  if (request.kind === null) return bestOffer(offers, best).outcome;
  const wanted = offers.find(({ kind }) => kind === request.kind);
  if (wanted !== undefined) return wanted.outcome;
  const message = `A fix of kind ${request.kind} is not available for this call.`;
  return best.outcome.ok ? refuseKind(source, message) : err({ ...best.outcome.error, message });
}

/** The first safe offer; else the one refused for a reason that the user can do something about. */
function bestOffer(offers: readonly RemedyOffer[], first: RemedyOffer): RemedyOffer {
  const isHopeless = (code: string): boolean => code === 'no-async-twin' || code === 'twin-stays-on-loop';
  return (
    offers.find(({ outcome }) => outcome.ok) ??
    offers.find(({ outcome }) => !outcome.ok && !isHopeless(outcome.error.code)) ??
    first
  );
}

function refuseKind(source: SourceText, message: string): Result<never, Refusal> {
  const { model } = contextOf(source);
  return refuse(model, model.file, 'unsupported-remedy', message);
}

function contextOf(source: SourceText): EditContext {
  const model = modelSource(source);
  return editContext(model, styleOf(model));
}

function planKind(
  context: EditContext,
  call: ts.CallExpression,
  kind: OfferedKind,
  executorModule: string,
): Result<Plan, Refusal> {
  const blocking: BlockingCall | undefined = blockingCallOf(context.model, call);
  if (blocking === undefined) return explainUnknownCallee(context.model, call);
  return kind === 'async'
    ? planAsyncTwin(context, blocking)
    : planThread(context, blocking, kind, executorModule);
}
export { applyEdits } from './applyEdits.ts';
