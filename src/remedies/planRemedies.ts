import ts from 'typescript';
import { blockingCallOf } from '../code/catalog/findBlockingCalls.ts';
import type { BlockingCall } from '../code/catalog/findBlockingCalls.ts';
import { err, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { SourceText } from '../code/sourceProvider.ts';
import { withoutRepeats } from './assumption.ts';
import { hazardsAcross } from './safety/acrossWait.ts';
import { checkAwaitable } from './safety/awaitContext.ts';
import { planExtract } from './worker/planExtract.ts';
import { fileAlone, type ProjectSources } from '../code/modules/projectSources.ts';
import type { RemedyKind } from '../report/remedyKind.ts';
import { joinEdits } from './edits/applyEdits.ts';
import { spreadAsync, assumedByCallers } from './spread/spreadAsync.ts';
import { planAsyncTwin } from './async/asyncTwin.ts';
import { editContext } from './edits/importEdits.ts';
import type { EditContext } from './edits/importEdits.ts';
import { cutAround } from './enclosingCut.ts';
import type { CallPlace } from './enclosingCut.ts';
import { locateCall } from './locateCall.ts';
import type { Plan, PlanRequest, Refusal, TextEdit } from './plan.ts';
import { buildOutputOf } from '../code/buildOutput.ts';
import type { RefusalCode } from '../report/refusalCode.ts';
import { offeredKinds, remedyTitles, type OfferedKind } from '../report/remedyKind.ts';
import { refuse, refusePlace } from './refuse.ts';
import { isProven } from './remedyOffer.ts';
import type { RemedyOffer } from './remedyOffer.ts';
import { modelSource } from '../code/sourceModel.ts';
import { styleOf } from './edits/style.ts';
import type { Extraction } from './worker/extraction.ts';
import { planThread } from './worker/thread.ts';
import { refuseLoading } from './adviceOf.ts';
import { insteadOf } from './explainRegex.ts';
import { explainUnknownCallee, regexOf } from './unknownCallee.ts';

/**
 * All remedies for the call a request means, each with its plan or the reason why it is not safe. When there is no such
 * call, or the file does not parse, every remedy carries that refusal.
 */
export function planRemedies(
  source: SourceText,
  request: PlanRequest,
  project: ProjectSources = fileAlone,
): readonly RemedyOffer[] {
  const context = contextOf(source, project);
  const { executorModule } = request;
  const found = sourceCall(context, source, request);
  const planned: Result<PlanContext, Refusal> = found.ok
    ? ok({
        ...{ context, project, call: found.value, executorModule },
        blocking: blockingCallOf(context.model, found.value),
      })
    : found;
  const offers = offeredKinds.map((kind) =>
    offerOf(kind, planned.ok ? planKind(planned.value, kind) : planned),
  );
  return planned.ok && !offers.some(({ outcome }) => outcome.ok) ? aroundCall(planned.value, offers) : offers;
}

const offerOf = (kind: OfferedKind, outcome: Result<Plan, Refusal>): RemedyOffer => ({
  kind,
  title: outcome.ok ? outcome.value.title : remedyTitles[kind],
  outcome,
});

/** Refusals of calls that a worker does not help. */
const stays: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'loads-a-module',
  'not-blocking',
  'slow-pattern',
]);

/** For a call that cannot move: the function around it moves where it is called, or the refusal says where it can. */
function aroundCall(planned: PlanContext, offers: readonly RemedyOffer[]): readonly RemedyOffer[] {
  const { context, call, project } = planned;
  const best = bestOffer(offers);
  if (best.outcome.ok || stays.has(best.outcome.error.code)) return offers;
  const place = { path: context.model.path, start: call.getStart(context.model.file), end: call.end };
  const cut = cutAround(project, place, (at) => planCallAt(planned, at));
  if (cut === null) return offers;
  if (cut.plan !== null) {
    const moved = offerOf('extract', ok(cut.plan));
    return offers.map((each) => (each.kind === moved.kind ? moved : each));
  }
  const { code, message, path, range } = best.outcome.error;
  const places = cut.places.join(', ');
  const where = `${message} ${cut.name}() around it can move to a worker where it is called: fix ${places}.`;
  const named = err({ code, message: where, path, range });
  return offers.map((each) => (each === best ? { ...each, outcome: named } : each));
}

/** The plan for a call of an own function that is found on the blocking path. */
function planCallAt(planned: PlanContext, { path, start, end }: CallPlace): Result<Plan, Refusal> {
  const { project } = planned;
  const source = project.read(path);
  const context = source === undefined ? planned.context : contextOf(source, project);
  const { model } = context;
  const output = source === undefined ? null : buildOutputOf(source);
  const visit = (node: ts.Node): ts.CallExpression | undefined =>
    ts.isCallExpression(node) && node.getStart(model.file) === start && node.end === end
      ? node
      : ts.forEachChild(node, visit);
  const call = output === null ? visit(model.file) : undefined;
  if (call === undefined)
    return refuse(model, model.file, 'build-output', `${path} ${output ?? 'is not a file that can change'}.`);
  return planKind({ ...planned, context, call, blocking: blockingCallOf(model, call) }, 'extract');
}

/** The call that is meant, in a file that somebody writes: a change of build output is gone with the next build. */
function sourceCall(
  { model }: EditContext,
  source: SourceText,
  request: PlanRequest,
): Result<ts.CallExpression, Refusal> {
  const output = buildOutputOf(source);
  if (output === null) return locateCall(model, request);
  const { line } = request.position;
  const place = { line, column: request.position.column ?? 0 };
  const message = `This file ${output}, and the next build would overwrite it. Fix the source that it is made from.`;
  return refusePlace(model, place, 'build-output', message);
}

/** The plan of the requested kind, or the best one. */
export function planFix(
  source: SourceText,
  request: PlanRequest,
  project: ProjectSources = fileAlone,
): Result<Plan, Refusal> {
  const chosen = chosenOffer(planRemedies(source, request, project), source, request.kind);
  return chosen.ok ? chosen.value.outcome : chosen;
}

/** The offer of a kind; without a kind the first proven one, else one to be reviewed, else the refusal of the best. */
export function chosenOffer<Offer extends RemedyOffer>(
  offers: readonly Offer[],
  source: SourceText,
  kind: RemedyKind | null,
): Result<Offer, Refusal> {
  if (kind === null) return ok(bestOffer(offers));
  const wanted = offers.find((offer) => offer.kind === kind);
  if (wanted !== undefined) return ok(wanted);
  const message = `This version has no fix of kind ${kind}: choose one of ${offeredKinds.join(', ')}.`;
  return refuseKind(source, message);
}

const hopeless: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'no-async-twin',
  'twin-stays-on-loop',
  'unknown-callee',
  'regex-cannot-move',
  'unsupported-remedy',
]);

/** The first proven offer; else one to be reviewed; else the one refused for a reason that the user can do something about. */
export function bestOffer<Offer extends RemedyOffer>(offers: readonly Offer[]): Offer {
  const [first] = offers;
  if (first === undefined) throw new Error('No remedy is registered');
  const isHopeless = (code: RefusalCode): boolean => hopeless.has(code);
  return (
    offers.find(isProven) ??
    offers.find(({ outcome }) => outcome.ok) ??
    offers.find(({ outcome }) => !outcome.ok && !isHopeless(outcome.error.code)) ??
    first
  );
}

function refuseKind(source: SourceText, message: string): Result<never, Refusal> {
  const { model } = contextOf(source);
  return refuse(model, model.file, 'unsupported-remedy', message);
}

function contextOf(source: SourceText, { esm }: Pick<ProjectSources, 'esm'> = fileAlone): EditContext {
  const model = modelSource(source);
  return editContext(model, styleOf(model, esm));
}

/** The call of a request, with what its plans need. */
interface PlanContext extends Extraction {
  /** What is known of the call; undefined for one that is not in the catalog. */
  readonly blocking: BlockingCall | undefined;
}

function planKind(planned: PlanContext, kind: OfferedKind): Result<Plan, Refusal> {
  const plan = planCall(planned, kind);
  return plan.ok ? withAwait(planned, plan.value) : plan;
}

/** The plan as if the call could be awaited where it stands. */
function planCall(planned: PlanContext, kind: OfferedKind): Result<Plan, Refusal> {
  const { context, call, blocking, executorModule } = planned;
  const loading = blocking === undefined ? refuseLoading(context.model, call) : null;
  if (loading !== null) return loading;
  if (kind === 'extract') return planOwn(planned);
  if (blocking === undefined) return explainUnknownCallee(context.model, call, planned.project);
  return kind === 'async'
    ? planAsyncTwin(context, blocking)
    : planThread(context, blocking, kind, executorModule);
}

/** Refusals that are lifted by making the functions around the call async. */
const liftedBySpread: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'caller-must-become-async',
  'in-sync-callback',
]);

/** Checks that the call can be awaited; where its callers are known, they become async with it. */
function withAwait({ context, project, call }: PlanContext, plan: Plan): Result<Plan, Refusal> {
  const { model } = context;
  const hazards = hazardsAcross(project, model, call);
  const place = checkAwaitable(model, call);
  const known = [...plan.assumptions, ...hazards];
  if (place.ok) {
    const assumed = assumedByCallers(project, model.path, call.getStart(model.file), call.end);
    if (!assumed.ok) return assumed;
    return ok({ ...plan, assumptions: withoutRepeats([...known, ...assumed.value]) });
  }
  if (!liftedBySpread.has(place.error.code)) return place;
  const spread = spreadAsync(project, model.path, call.getStart(model.file), call.end);
  if (spread === null) return place;
  if (!spread.ok) return spread;
  const { edits, closing, asyncSpread, assumptions } = spread.value;
  const joined = joinable([...edits, ...plan.edits, ...closing]);
  if (joined === null)
    return refuse(model, call, 'unsupported-call-form', 'Two changes of this fix would meet in one place.');
  return ok({
    ...plan,
    edits: joined,
    asyncSpread,
    assumptions: withoutRepeats([...known, ...assumptions]),
  });
}

/** The edits of a fix in one list; null where two of them change the same text. */
function joinable(edits: readonly TextEdit[]): readonly TextEdit[] | null {
  try {
    return joinEdits(edits);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The user's own computation; a builtin has better remedies, and what blocks by copying would only copy more. */
function planOwn(planned: PlanContext): Result<Plan, Refusal> {
  const { context, call, blocking } = planned;
  if (blocking !== undefined) {
    const message = `${blocking.api.export} is not the project's own code.`;
    return refuse(context.model, call, 'unsupported-remedy', message);
  }
  const regex = regexOf(context.model, call);
  // A worker would only hide a pattern for which the language has a method.
  if (regex !== null && insteadOf(call, regex) !== null) return explainUnknownCallee(context.model, call);
  const handle = explainUnknownCallee(context.model, call);
  if (!handle.ok && handle.error.code === 'handle-cannot-cross-threads') return handle;
  return planExtract(planned);
}

export { applyEdits } from './edits/applyEdits.ts';
