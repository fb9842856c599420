import type { Position } from '../../base/position.ts';
import { callsNamed } from '../../code/calls/callsNamed.ts';
import { positionAt } from '../../code/calls/functionAt.ts';
import { modelSource } from '../../code/sourceModel.ts';
import { buildFixes, type FixOffer } from '../../fixes/buildFix.ts';
import type { ExecutorDependency } from '../../fixes/fixDependency.ts';
import { readProject } from '../../sources/fixProject.ts';
import { uncertainReason } from '../uncertainCall.ts';
import type { PlannedExecutor, PlannedRemedy, PlannerRequests } from './plannerProtocol.ts';

type OffersRequest = PlannerRequests['offers']['request'];

/**
 * All remedies of the call that a request means. Where only the function around it is known, those of each call that it may
 * be: the one who reads the code knows which of two files is the large one.
 */
export function planOffers(request: OffersRequest): readonly PlannedRemedy[] {
  const { path, text, line, column, callee, end, within = null } = request;
  const { executorModule, root, tarball, unsaved, isTrusted } = request;
  const texts = new Map([...unsaved, { path, text }].map((each) => [each.path, each.text]));
  const project = readProject(root, path, texts);
  const remediesAt = (position: Position, until: Position | null): readonly PlannedRemedy[] =>
    buildFixes({
      ...{ source: { path, text }, project, executorModule, executor: { root, tarball } },
      ...{ position, callee, end: until, kind: null },
      types: { isTrusted: isTrusted === true },
    }).map(plannedRemedy);
  if (within === null) return remediesAt({ line, column }, end);
  const { file } = modelSource({ path, text });
  const calls = callee === null ? [] : callsNamed(file, { line, column }, callee);
  if (calls.length === 0) return remediesAt({ line, column }, end).map((each) => withReason(each, request));
  return calls.flatMap((call) => {
    const start = positionAt(file, call.getStart());
    const remedies = remediesAt(start, positionAt(file, call.getEnd()));
    return calls.length === 1 ? remedies : remedies.map((each) => ({ ...each, line: start.line }));
  });
}

/** No call stands at the place of a function: what is missing is said in terms of the finding. */
function withReason(remedy: PlannedRemedy, { callee, within = null }: OffersRequest): PlannedRemedy {
  if (remedy.refusal?.code !== 'no-call-here' || within === null) return remedy;
  return { ...remedy, refusal: { ...remedy.refusal, message: uncertainReason({ ...within, callee }, []) } };
}

function plannedRemedy({ kind, title, outcome }: FixOffer): PlannedRemedy {
  if (!outcome.ok) return { kind, title, plan: null, refusal: outcome.error };
  const { edits, executor, asyncSpread, assumptions, warnings } = outcome.value;
  const plan = { edits, executor: plannedExecutor(executor), asyncSpread, assumptions, warnings };
  return { kind, title, plan, refusal: null };
}

function plannedExecutor(executor: ExecutorDependency | null): PlannedExecutor | null {
  if (executor === null) return null;
  const { folder, dependency, warnings } = executor;
  return { folder, isAdded: dependency !== null, warnings };
}
