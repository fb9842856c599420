import ts from 'typescript';
import { enclosingFunction } from '../../code/scopes.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import { fileHazard } from './fileHazard.ts';
import { fixedIn } from './fixedConstants.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { flowOf } from '../../code/flow/flow.ts';
import { sharedAccesses } from './sharedAccess.ts';
import type { SharedAccess } from './sharedAccess.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { fileAssumptions } from './fileWaits.ts';
import { stateAssumptions } from './stateAcrossWait.ts';

/**
 * Looks for what other calls of the program could do to shared state while the program waits for `call`. Until now the
 * function ran in one go. With the wait, another call can change a value that it wrote before and relies on after, or
 * that it read before and writes after.
 */
export function hazardsAcross(
  project: ProjectSources,
  model: SourceModel,
  call: ts.CallExpression,
): readonly Assumption[] {
  const fn = enclosingFunction(call);
  const found = [...stateAssumptions(model, call, fixedIn(project, model)), ...fileAssumptions(model, call)];
  if (fn === null) return found;
  const accesses = sharedAccesses(model, fn);
  const flow = flowOf(fn, new Set([call, ...accesses.map(({ node }) => node)]));
  const lost: Assumption[] = [];
  for (const key of new Set(accesses.filter(({ kind }) => kind !== 'read').map((each) => each.key))) {
    const related = accesses.filter((each) => areRelated(each.key, key));
    const before = related.filter(({ node }) => flow.canFollow(node, call));
    const after = related.filter(({ node }) => flow.canFollow(call, node));
    const written = new Set(after.filter(({ kind }) => kind !== 'read').map(({ node }) => node));
    const isUntouched = ({ node }: SharedAccess): boolean => flow.canFollow(call, node, written);
    const culprit = trustedAfter(before, after.filter(isUntouched)) ?? lostUpdate(model, before, after);
    if (culprit !== null) lost.push(assumptionAt(model, culprit.node, 'state-across-wait', key));
  }
  return [...fileHazard(model, call, fn), ...lost, ...found];
}

/** One is the other, or a part of it. */
const areRelated = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);

/** A read after the wait that expects what was written before it; `after` is what nothing else was written before. */
function trustedAfter(before: readonly SharedAccess[], after: readonly SharedAccess[]): SharedAccess | null {
  if (!before.some(({ kind }) => kind === 'write')) return null;
  return after.find(({ kind }) => kind === 'read') ?? null;
}

/** A write after the wait that is computed from what was read before it, or takes away what was looked at. */
function lostUpdate(
  model: SourceModel,
  before: readonly SharedAccess[],
  after: readonly SharedAccess[],
): SharedAccess | null {
  const reads = before.filter(({ kind }) => kind === 'read');
  if (reads.length === 0) return null;
  const found = after.find(
    (each) =>
      (each.removes || each.kind === 'write') &&
      (each.removes || reads.some((read) => flowsInto(model, read, each.node))),
  );
  return found ?? null;
}

/** How many assignments a value is followed through. */
const mostSteps = 4;

/** Whether what was read is part of an expression, by itself or through local constants. */
function flowsInto(model: SourceModel, read: SharedAccess, into: ts.Node, steps = mostSteps): boolean {
  if (into.pos <= read.node.pos && read.node.end <= into.end) return true;
  if (steps === 0) return false;
  const visit = (node: ts.Node): boolean => {
    if (ts.isIdentifier(node)) {
      const declaration = symbolOf(model, node)?.valueDeclaration;
      if (
        declaration !== undefined &&
        ts.isVariableDeclaration(declaration) &&
        declaration.initializer !== undefined &&
        declaration.pos > (enclosingFunction(into)?.pos ?? 0) &&
        flowsInto(model, read, declaration.initializer, steps - 1)
      )
        return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return visit(into);
}
