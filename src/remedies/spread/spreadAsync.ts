import ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { hazardsAcross } from '../safety/acrossWait.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { flowOf } from '../../code/flow/flow.ts';
import { checkAwaitable, nameOfFunction } from '../safety/awaitContext.ts';
import { enclosingFunction, isAsync, contains } from '../../code/scopes.ts';
import { awaitWrapping } from '../edits/awaitEdit.ts';
import { firstOutsideWrite } from '../../code/effects.ts';
import type { Plan, Refusal, TextEdit } from '../plan.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import { refusalAt } from '../refuse.ts';
import { positionAt } from '../../code/calls/functionAt.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { waitKindOf } from '../safety/waitEffects.ts';
import type { WaitKind } from '../safety/waitEffects.ts';
import { asyncEdits, baseOf, checkPlain, givesPromise } from './asyncFunction.ts';
import type { PlainFunction } from './asyncFunction.ts';
import { CallerWatch } from './callerWatch.ts';
import { frameworkOf } from './callbacks/callbackPlace.ts';
import { collectedIn } from './callbacks/arrayCallback.ts';
import type { Collecting } from './callbacks/arrayCallback.ts';
import { forwardingEdits } from './callbacks/forwardErrors.ts';
import type { Forwarding } from './callbacks/forwardErrors.ts';
import { closed, isInside, opened } from './wraps.ts';
import type { Wrap } from './wraps.ts';
import { forEachLoopOf } from './callbacks/forEachLoop.ts';
import type { ForEachLoop } from './callbacks/forEachLoop.ts';
import { lastStepOf, orderOfModules } from './topLevel.ts';
import { refuseTogether } from './callbacks/together.ts';
import { refuseRequired } from './requiredModule.ts';
import { findCall } from './findCall.ts';
import { lateUsesOf, sharedByCaller } from './sharedArguments.ts';
import { OutsideCallers } from './outsideCallers.ts';
import { filesThatMayCall } from '../../code/references/filesThatMayCall.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';
import { isAwaited } from '../../code/references/useShapes.ts';
import { UseFinder } from './uses.ts';
import type { Use } from './uses.ts';

/** What it takes to let a call wait: the functions around it become async and their callers await them. */
export interface Spread {
  readonly edits: readonly TextEdit[];
  /** Edits that come after all others at their places, the call's own among them. */
  readonly closing: readonly TextEdit[];
  readonly asyncSpread: Plan['asyncSpread'];
  readonly assumptions: readonly Assumption[];
}

/** More functions than this is a redesign, not a quick fix. */
const mostFunctions = 50;

/**
 * Makes the function around a call async, and everything that calls it, through the whole project; one place where that
 * is not safe refuses the whole.
 * @param start offset of the call in the file `path`
 */
export function spreadAsync(
  project: ProjectSources,
  path: string,
  start: number,
  end: number,
): Result<Spread, Refusal> | null {
  const found = findCall(filesThatMayCall(project, path), path, start, end);
  const fn = found && enclosingFunction(found.call);
  if (found === null || fn === null) return null;
  const { model, own, call } = found;
  const walk = new AsyncWalk(model, project);
  walk.waitKind = waitKindOf(own, call);
  const refusal = walk.enter(own, call, fn) ?? walk.run();
  return refusal === null ? ok(walk.result()) : err(refusal);
}

/**
 * What the callers of an async function take for granted of a call in it that is to wait, and at the top level what other
 * modules do. Nothing where the project is not known.
 */
export function assumedByCallers(
  project: ProjectSources,
  path: string,
  start: number,
  end: number,
): Result<readonly Assumption[], Refusal> {
  const found = findCall(filesThatMayCall(project, path), path, start, end);
  if (found === null) return ok([]);
  const { model, own, call } = found;
  const fn = enclosingFunction(call);
  if (fn === null) return assumedByModules(project, path, start, end);
  const watch = new CallerWatch(model, new UseFinder(model, frameworkOf(project.dependencies)));
  watch.watch(fn, call, waitKindOf(own, call));
  return ok(watch.assumptions);
}

/** What waits for a module at whose top level a call is to wait: all files that load it. */
function assumedByModules(
  project: ProjectSources,
  path: string,
  start: number,
  end: number,
): Result<readonly Assumption[], Refusal> {
  const found = findCall(project, path, start, end);
  if (found === null) return ok([]);
  const { model, call } = found;
  const refusal = refuseRequired(model, project, call);
  return refusal === null ? ok(orderOfModules(model, call)) : err(refusal);
}

type Wrapped = ts.SignatureDeclaration | ts.ClassStaticBlockDeclaration;

/** The worklist of functions that become async. */
class AsyncWalk {
  readonly #project: ProjectModel;
  readonly #sources: ProjectSources;
  readonly #finder: UseFinder;
  readonly #outside: OutsideCallers;
  readonly #functions = new Set<PlainFunction>();
  readonly #pending: PlainFunction[] = [];
  /** Callbacks that are bodies of loops now. */
  readonly #unrolled = new Set<ts.Node>();
  /** The calls that a function is to wait for. */
  readonly #waits = new Map<PlainFunction, readonly ts.Node[]>();
  readonly #awaited = new Set<ts.Node>();
  readonly #edits: TextEdit[] = [];
  readonly #wraps: Wrap[] = [];
  readonly #indents: TextEdit[] = [];
  readonly #forwarded = new Set<ts.Node>();
  readonly #assumptions: Assumption[] = [];

  readonly #watch: CallerWatch;
  /** What the call at the bottom does. */
  waitKind: WaitKind = 'acts';

  constructor(project: ProjectModel, sources: ProjectSources) {
    const framework = frameworkOf(sources.dependencies);
    this.#project = project;
    this.#sources = sources;
    this.#finder = new UseFinder(project, framework);
    this.#watch = new CallerWatch(project, new UseFinder(project, framework));
    this.#outside = new OutsideCallers(project, sources);
  }

  /** Takes up the function around a call that is to wait. */
  enter(model: SourceModel, call: ts.CallExpression, fn: Wrapped): Refusal | null {
    const plain = checkPlain(model, fn);
    if (!plain.ok) return plain.error;
    const place = checkAwaitable(model, call, true);
    if (!place.ok) return place.error;
    this.#waits.set(plain.value, [...(this.#waits.get(plain.value) ?? []), call]);
    if (this.#functions.has(plain.value) || this.#unrolled.has(plain.value)) return null;
    this.#functions.add(plain.value);
    this.#pending.push(plain.value);
    return null;
  }

  /** Follows callers until none is left; the first refusal ends it. */
  run(): Refusal | null {
    const becoming: PlainFunction[] = [];
    for (let fn = this.#pending.pop(); fn !== undefined; fn = this.#pending.pop()) {
      const model = this.#project.modelOf(fn);
      if (this.#functions.size > mostFunctions) {
        const message = `More than ${String(mostFunctions)} functions would have to become async. Make this call elsewhere.`;
        return refusalAt(model, fn, 'caller-cannot-become-async', message);
      }
      this.#noteOverrides(model, fn);
      const loop = forEachLoopOf(model, fn);
      if (loop !== null) {
        const problem = this.#unroll(model, loop);
        if (problem !== null) return problem;
        continue;
      }
      const waits = givesPromise(fn);
      this.#edits.push(...asyncEdits(model, fn));
      if (waits) {
        this.#watch.watch(fn, fn, this.waitKind);
        continue;
      }
      becoming.push(fn);
      const uses = this.#finder.usesOf(fn);
      this.#noteArguments(fn, uses);
      const refusal = this.#follow(uses) ?? this.#outside.refusalOf(fn);
      if (refusal !== null) return refusal;
      this.#assumptions.push(...this.#outside.assumptionsOf(fn));
    }
    for (const fn of becoming) this.#noteState(this.#project.modelOf(fn), fn);
    return null;
  }

  /** Methods of the same name in the class that this one extends, and in classes that extend this one. */
  #noteOverrides(model: SourceModel, fn: PlainFunction): void {
    if (!ts.isMethodDeclaration(fn) || !ts.isClassLike(fn.parent)) return;
    const name = nameOfFunction(fn);
    const base = baseOf(fn);
    if (base !== null)
      this.#assumptions.push(assumptionAt(model, fn.name, 'override-not-seen', `${name} of ${base}`));
    const own = fn.parent.name?.text;
    const rival = (this.#project.identifiers.get(fn.name.getText(model.file)) ?? []).find(({ parent }) => {
      const heritage =
        ts.isMethodDeclaration(parent) && ts.isClassLike(parent.parent)
          ? parent.parent.heritageClauses
          : undefined;
      return own !== undefined && (heritage?.some((each) => each.getText().includes(own)) ?? false);
    });
    if (rival !== undefined)
      this.#assumptions.push(assumptionAt(this.#project.modelOf(rival), rival, 'override-not-seen', name));
  }

  #follow(uses: readonly Use[]): Refusal | null {
    for (const use of uses) {
      if (use.kind === 'refused') return use.refusal;
      if (use.kind === 'type') this.#edits.push(...use.edits);
      if (use.kind === 'assumed') this.#assumptions.push(use.assumption);
      if (use.kind === 'forwards') this.#forward(use.forwarding);
      const named = use.kind === 'loop' && ts.isIdentifier(use.loop.call.arguments[0] ?? use.loop.call);
      const unrolled = named ? this.#unroll(this.#project.modelOf(use.loop.call), use.loop) : null;
      if (unrolled !== null) return unrolled;
      const refusal = use.kind === 'await' ? this.#awaitCall(use.call, use.collecting) : null;
      if (refusal !== null) return refusal;
    }
    return null;
  }

  /** Puts the body of a function into `try`, once. */
  #forward(forwarding: Forwarding): void {
    if (this.#forwarded.has(forwarding.fn)) return;
    this.#forwarded.add(forwarding.fn);
    const made = forwardingEdits(this.#project.modelOf(forwarding.fn), forwarding);
    if (made === null) return;
    this.#wraps.push(made.wrap);
    this.#edits.push(...made.parameters);
    this.#indents.push(...made.indents);
  }

  #awaitCall(call: ts.CallExpression, collecting: Collecting | null): Refusal | null {
    if (this.#awaited.has(call) || isAwaited(call)) return null;
    this.#awaited.add(call);
    const model = this.#project.modelOf(call);
    const refusal = collecting?.atOnce === true ? refuseTogether(this.#project, call, this.#functions) : null;
    if (refusal !== null) return refusal;
    this.#noteCollecting(model, call, collecting);
    const fn = enclosingFunction(call);
    const last = fn === null ? lastStepOf(this.#project, call) : null;
    if (last !== null) {
      this.#assumptions.push(...last);
      return null;
    }
    const required = fn === null ? refuseRequired(this.#project, this.#sources, call) : null;
    if (required !== null) return required;
    if (fn === null) this.#assumptions.push(...orderOfModules(this.#project, call));
    const isOpen = fn === null || isAsync(fn);
    const stands = isOpen ? checkAwaitable(model, call) : null;
    this.#assumptions.push(...hazardsAcross(this.#sources, model, call));
    const problem =
      stands?.ok === false ? stands.error : fn === null || isOpen ? null : this.enter(model, call, fn);
    if (problem !== null) return problem;
    if (fn !== null && isAsync(fn)) this.#watch.watch(fn, call, this.waitKind);
    const place = { path: model.path, start: call.getStart(model.file), end: call.end };
    this.#wraps.push({ ...place, ...collectedIn(awaitWrapping(model, call), collecting) });
    this.#wraps.push(...(collecting?.wraps ?? []));
    this.#edits.push(...(collecting?.edits ?? []));
    return null;
  }

  /** What a method that is given the function takes for granted once it waits. */
  #noteCollecting(model: SourceModel, call: ts.CallExpression, collecting: Collecting | null): void {
    if (collecting === null) return;
    const name = call.expression.getText(model.file);
    const code = collecting.atOnce ? 'order-of-errors' : 'order-of-callbacks';
    this.#assumptions.push(assumptionAt(model, call, code, name));
    const { again } = collecting;
    if (again !== null)
      this.#assumptions.push(assumptionAt(model, again, 'object-shared', again.getText(model.file)));
  }

  /** A callback of `forEach` becomes the body of a loop in the function around it, which is to wait then. */
  #unroll(model: SourceModel, { call, receiver, isArray, open, edits }: ForEachLoop): Refusal | null {
    const fn = enclosingFunction(call);
    const place = checkAwaitable(model, call, true);
    if (!place.ok) return place.error;
    this.#edits.push(...edits);
    this.#wraps.push({ path: model.path, start: call.getStart(model.file), end: call.end, open, close: '' });
    if (!isArray)
      this.#assumptions.push(assumptionAt(model, receiver, 'not-an-array', receiver.getText(model.file)));
    this.#assumptions.push(...hazardsAcross(this.#sources, model, call));
    this.#functions.delete(call.arguments[0] as PlainFunction);
    this.#unrolled.add(call.arguments[0] as PlainFunction);
    const required = fn === null ? refuseRequired(this.#project, this.#sources, call) : null;
    if (required !== null) return required;
    if (fn === null) this.#assumptions.push(...orderOfModules(this.#project, call));
    if (fn === null || !isAsync(fn)) return fn === null ? null : this.enter(model, call, fn);
    this.#watch.watch(fn, call, this.waitKind);
    return null;
  }

  /** Objects that callers share with others, and that the function looks at before and after what it is to wait for. */
  #noteArguments(fn: PlainFunction, uses: readonly Use[]): void {
    const late = (this.#waits.get(fn) ?? []).map((wait) => lateUsesOf(this.#project.modelOf(fn), fn, wait));
    for (const use of uses)
      if (use.kind === 'await')
        for (const each of late)
          this.#assumptions.push(...sharedByCaller(this.#project.modelOf(use.call), use.call, each));
  }

  /** What the function changes once it has waited: its callers found it done when the call came back. */
  #noteState(model: SourceModel, fn: PlainFunction): void {
    const isOutside = (symbol: ts.Symbol): boolean =>
      (symbol.declarations ?? []).every((each) => !contains(fn, each));
    const waits = this.#waits.get(fn) ?? [];
    const isLate = (write: ts.Node): boolean => {
      const flow = flowOf(fn, new Set([...waits, write]));
      return waits.some((wait) => flow.canFollow(wait, write));
    };
    const write = fn.body === undefined ? null : firstOutsideWrite(model, fn.body, isOutside, isLate);
    if (write === null) return;
    this.#assumptions.push(assumptionAt(model, write, 'state-seen-early', write.getText(model.file)));
  }

  result(): Spread {
    const edits = [...opened(this.#wraps), ...this.#edits];
    return {
      edits: [...edits, ...this.#indents.filter((each) => !edits.some((edit) => isInside(each, edit)))],
      closing: closed(this.#wraps),
      asyncSpread: [...this.#functions].map((fn) => {
        const model = this.#project.modelOf(fn);
        return {
          path: model.path,
          function: nameOfFunction(fn),
          line: positionAt(model.file, fn.getStart(model.file)).line,
        };
      }),
      assumptions: [...this.#assumptions, ...this.#watch.assumptions],
    };
  }
}
