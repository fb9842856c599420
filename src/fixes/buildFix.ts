import { basename } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import type { ProjectSources } from '../code/modules/projectSources.ts';
import type { SourceText } from '../code/sourceProvider.ts';
import { applyEdits } from '../remedies/edits/applyEdits.ts';
import type { Plan, PlanRequest, Refusal } from '../remedies/plan.ts';
import { chosenOffer, planRemedies } from '../remedies/planRemedies.ts';
import type { RemedyOffer } from '../remedies/remedyOffer.ts';
import { checkEdits, type TypeCheck } from '../types/checkEdits.ts';
import { addExecutor, type ExecutorDependency } from './fixDependency.ts';
import type { ContentReader, PendingFile } from './fixWrite.ts';

/** A call that is to stop blocking, in its file and its project. */
export interface FixRequest extends Omit<PlanRequest, 'path'> {
  /** The file of the call, as the fix is to change it. */
  readonly source: SourceText;
  readonly project: ProjectSources;
  /** Where the executor comes from; null leaves it out, for those who only look at the change of the code. */
  readonly executor: ExecutorPlace | null;
  /** How edited texts are checked by a compiler; null leaves it out, for those who plan for many calls at once. */
  readonly types: TypesPlace | null;
}

/** Which compiler may run. */
export interface TypesPlace {
  /** Whether the project's own TypeScript may run, which is code of the project; else the bundled one does it. */
  readonly isTrusted: boolean;
  /** Gives the check up. */
  readonly signal?: AbortSignal;
}

/** Where fixes get the executor, and the project that it goes into. */
export interface ExecutorPlace {
  /** Project root: no package above it gets the executor. */
  readonly root: string;
  /** The packed executor, or null when none is at hand. */
  readonly tarball: string | null;
  /** Gives the contents that files have now; those on disk unless told otherwise. */
  readonly read?: ContentReader;
}

/** A plan with all that it makes. */
export interface BuiltFix extends Plan {
  /** What files become, those that bring the executor first. */
  readonly files: readonly PendingFile[];
  /** How the executor gets into the package, with warnings of its own; null where the fix does not need it. */
  readonly executor: ExecutorDependency | null;
}

/** One way out for a call: its fix, or the reason why there is none. */
export interface FixOffer extends RemedyOffer {
  readonly outcome: Result<BuiltFix, Refusal>;
}

/**
 * All fixes for the call of a request, whatever its `kind`, each built or refused.
 * @throws OffloopError `bad-input` where the executor cannot be added to the package
 */
export function buildFixes(request: FixRequest): readonly FixOffer[] {
  return offersFor(request).map(({ outcome, ...offer }) => ({ ...offer, outcome: built(outcome, request) }));
}

/**
 * The fix of the kind that a request names; without a kind the first proven one, else one to be reviewed, else the refusal
 * that the user can do most about.
 * @throws OffloopError `bad-input` where the executor cannot be added to the package
 */
export function buildFix(request: FixRequest): Result<BuiltFix, Refusal> {
  let offers = offersFor(request);
  for (;;) {
    const chosen = chosenOffer(offers, request.source, request.kind);
    if (!chosen.ok) return chosen;
    const { kind, outcome: planned } = chosen.value;
    const outcome = built(planned, request);
    if (outcome.ok || !planned.ok) return outcome;
    // The compiler refuses this one: the next best takes its place.
    offers = offers.map((each) => (each.kind === kind ? { ...each, outcome } : each));
  }
}

/**
 * The plans for a call. Command line, editor and report get all their fixes from here: what judges a plan by more than the
 * code that it was made from belongs into this function.
 */
function offersFor(request: FixRequest): readonly RemedyOffer[] {
  const { source, project } = request;
  return planRemedies(source, { ...request, path: source.path }, project);
}

function built(outcome: Result<Plan, Refusal>, request: FixRequest): Result<BuiltFix, Refusal> {
  if (!outcome.ok) return outcome;
  const plan = outcome.value;
  const changed = changedFiles(plan, request);
  const checked = checkTypes(changed, request);
  if (checked?.outcome === 'broken') return err(doesNotCompile(checked, request));
  const executor = plan.needsExecutor ? executorFor(request) : null;
  const typeChecked = checked?.outcome === 'sound';
  return ok({ ...plan, typeChecked, files: [...(executor?.files ?? []), ...changed], executor });
}

/** What a compiler says of the changed files; null where none is to be asked. */
function checkTypes(files: readonly PendingFile[], request: FixRequest): TypeCheck | null {
  const { types, project, executor, executorModule } = request;
  if (types === null) return null;
  const read = (path: string): string | undefined => project.read(path)?.text;
  const edits = files.map(({ path, before, after }) => ({
    path: path.replaceAll('\\', '/'),
    before: before?.toString('utf8') ?? null,
    after: after.toString('utf8'),
  }));
  const packed = { name: executorModule, tarball: executor?.tarball ?? null };
  return checkEdits({ isTrusted: types.isTrusted, read, executor: packed }, edits, types.signal);
}

/** The refusal of a plan whose result has an error that was not there before; its place is that of the call. */
function doesNotCompile(
  { path, place, message }: Extract<TypeCheck, { readonly outcome: 'broken' }>,
  { source, position }: FixRequest,
): Refusal {
  const start = { line: position.line, column: position.column ?? 0 };
  const where = `${basename(path)}:${String(place.line + 1)}:${String(place.column + 1)}`;
  return {
    code: 'does-not-compile',
    message: `After this fix, TypeScript would report at ${where}: ${message}`,
    path: source.path,
    range: { start, end: start },
  };
}

function executorFor({ source, executor, executorModule }: FixRequest): ExecutorDependency | null {
  if (executor === null) return null;
  const { root, tarball, read } = executor;
  return addExecutor(source.path, root, { name: executorModule, tarball }, read);
}

/** New contents computed from the very texts the plan was made from; writing checks that they still hold. */
function changedFiles({ edits }: Plan, { source, project }: FixRequest): readonly PendingFile[] {
  return [...new Set(edits.map(({ path }) => path))].map((path) => {
    const text = path === source.path ? source.text : project.read(path)?.text;
    const own = edits.filter((edit) => edit.path === path);
    const after = Buffer.from(applyEdits(text ?? '', own));
    return { path, before: text === undefined ? null : Buffer.from(text), after };
  });
}
