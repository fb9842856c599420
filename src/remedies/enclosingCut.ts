import { basename } from 'node:path';
import ts from 'typescript';
import type { Result } from '../base/result.ts';
import { positionAt } from '../code/calls/functionAt.ts';
import type { ProjectSources } from '../code/modules/projectSources.ts';
import { namedFunctionOf } from '../code/namedFunction.ts';
import type { NamedFunction } from '../code/namedFunction.ts';
import { filesThatMayCall } from '../code/references/filesThatMayCall.ts';
import { modelProject } from '../code/references/projectModel.ts';
import type { ProjectModel } from '../code/references/projectModel.ts';
import { referencesOf } from '../code/references/references.ts';
import { outermost } from '../code/references/useShapes.ts';
import { contains, enclosingFunction } from '../code/scopes.ts';
import type { Plan, Refusal } from './plan.ts';
import { runsAtOnce } from './safety/touch.ts';

/** Where a call stands: offsets in its file. */
export interface CallPlace {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** The way out for a call that cannot move by itself: the function around it moves where it is called. */
export interface EnclosingCut {
  /** The function that can move. */
  readonly name: string;
  /** The plan, if the function is called in one place only; else each of the places has its own. */
  readonly plan: Plan | null;
  /** The calls at which it can move, as `imports.ts:6`. */
  readonly places: readonly string[];
}

/** The blocking path is followed up through this many functions. */
const mostSteps = 4;
/** Enough places to see where the fixes are; each is planned. */
const mostCalls = 4;

/**
 * Follows the blocking path up from a refused call: the smallest function around it that can move to a worker where it is
 * called, as `planAt` says. Null where none can, or where the callers are not known.
 */
export function cutAround(
  project: ProjectSources,
  refused: CallPlace,
  planAt: (place: CallPlace) => Result<Plan, Refusal>,
): EnclosingCut | null {
  const model = modelProject(filesThatMayCall(project, refused.path));
  if (model === null) return null;
  let place = refused;
  for (let step = 0; step < mostSteps; step++) {
    const named = functionAround(model, place);
    const calls = named === null ? [] : callsOf(model, named);
    const [first] = calls;
    if (named === null || first === undefined || calls.length > mostCalls) return null;
    const planned = calls.map((call) => ({ call, outcome: planAt(placeOf(call)) }));
    const possible = planned.filter(({ outcome }) => outcome.ok);
    const [only] = possible;
    if (only !== undefined)
      return {
        name: named.name,
        plan: calls.length === 1 && only.outcome.ok ? only.outcome.value : null,
        places: possible.map(({ call }) => shortPlace(call)),
      };
    if (calls.length > 1) return null;
    place = placeOf(first);
  }
  return null;
}

const placeOf = (call: ts.CallExpression): CallPlace => ({
  path: call.getSourceFile().fileName,
  start: call.getStart(),
  end: call.end,
});

function shortPlace(call: ts.CallExpression): string {
  const file = call.getSourceFile();
  return `${basename(file.fileName)}:${String(positionAt(file, call.getStart()).line + 1)}`;
}

/** The function of the top level that makes a call while it runs itself, also in a callback of `map` and the like. */
function functionAround({ models }: ProjectModel, { path, start, end }: CallPlace): NamedFunction | null {
  const file = models.find((each) => each.path === path.replaceAll('\\', '/'))?.file;
  const visit = (node: ts.Node): ts.Node | undefined =>
    ts.isCallExpression(node) && node.getStart(file) === start && node.end === end
      ? node
      : ts.forEachChild(node, visit);
  const call = file === undefined ? undefined : visit(file);
  let fn = call === undefined ? null : enclosingFunction(call);
  // A handler that is registered runs later, in whatever the function around it has become.
  while (fn !== null && ts.isExpression(fn) && runsAtOnce(fn)) fn = enclosingFunction(fn);
  if (fn === null) return null;
  if (ts.isFunctionDeclaration(fn)) return namedFunctionOf(fn);
  return ts.isVariableDeclaration(fn.parent) ? namedFunctionOf(fn.parent) : null;
}

/** The calls of a function in the project, those that it makes of itself left out. */
function callsOf(project: ProjectModel, { fn }: NamedFunction): readonly ts.CallExpression[] {
  const declaration = ts.isFunctionDeclaration(fn) ? fn : ts.findAncestor(fn, ts.isVariableDeclaration);
  if (declaration === undefined) return [];
  return referencesOf(project, [declaration]).names.flatMap((name) => {
    const callee = outermost(name);
    const isOwn = name.getSourceFile() === fn.getSourceFile() && contains(fn, name);
    const { parent } = callee;
    return !isOwn && ts.isCallExpression(parent) && parent.expression === callee ? [parent] : [];
  });
}
