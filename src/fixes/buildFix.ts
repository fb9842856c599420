import { ok, type Result } from '../base/result.ts';
import type { ProjectSources } from '../code/modules/projectSources.ts';
import type { SourceText } from '../code/sourceProvider.ts';
import { applyEdits } from '../remedies/edits/applyEdits.ts';
import type { Plan, PlanRequest, Refusal } from '../remedies/plan.ts';
import { chosenOffer, planRemedies } from '../remedies/planRemedies.ts';
import type { RemedyOffer } from '../remedies/remedyOffer.ts';
import { addExecutor, type ExecutorDependency } from './fixDependency.ts';
import type { ContentReader, PendingFile } from './fixWrite.ts';

/** A call that is to stop blocking, in its file and its project. */
export interface FixRequest extends Omit<PlanRequest, 'path'> {
  /** The file of the call, as the fix is to change it. */
  readonly source: SourceText;
  readonly project: ProjectSources;
  /** Where the executor comes from; null leaves it out, for those who only look at the change of the code. */
  readonly executor: ExecutorPlace | null;
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
  const chosen = chosenOffer(offersFor(request), request.source, request.kind);
  return chosen.ok ? built(chosen.value.outcome, request) : chosen;
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
  const executor = plan.needsExecutor ? executorFor(request) : null;
  return ok({
    ...plan,
    files: [...(executor?.files ?? []), ...changedFiles(plan, request)],
    executor,
  });
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
