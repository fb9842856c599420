import ts from 'typescript';
import { checkAwaitable, nameOfFunction } from '../safety/awaitContext.ts';
import type { Refusal, TextEdit } from '../plan.ts';
import { awaitedType } from './declaredTypes.ts';
import { refusalAt } from '../refuse.ts';
import { enclosingFunction, isAsync } from '../../code/scopes.ts';
import { givesPromise, isPlain } from './asyncFunction.ts';
import type { PlainFunction } from './asyncFunction.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption, AssumptionCode } from '../assumption.ts';
import { callbackPlaceOf } from './callbacks/callbackPlace.ts';
import type { Framework } from './callbacks/callbackPlace.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';
import { referencesOf } from '../../code/references/references.ts';
import { collectingOf } from './callbacks/arrayCallback.ts';
import type { Collecting } from './callbacks/arrayCallback.ts';
import { forwardByNext, forwardByReject, looksLikeHandler } from './callbacks/forwardErrors.ts';
import type { Forwarding } from './callbacks/forwardErrors.ts';
import { isConstant } from '../../code/bindings.ts';
import { forEachLoopOf, namedLoopOf } from './callbacks/forEachLoop.ts';
import type { ForEachLoop } from './callbacks/forEachLoop.ts';
import { isAwaited, isName, isTest, isUsedWhole, outermost } from '../../code/references/useShapes.ts';

/** What making a function async means for one place that uses it. */
export type Use =
  /** Its answer is used: it has to be awaited. `collecting` is how a method waits that is given it as a callback. */
  | { readonly kind: 'await'; readonly call: ts.CallExpression; readonly collecting: Collecting | null }
  /** Nobody sees its promise: it hands its errors on by itself. */
  | { readonly kind: 'forwards'; readonly forwarding: Forwarding }
  | { readonly kind: 'fine' }
  /** Right if something holds that could not be proven. */
  | { readonly kind: 'assumed'; readonly assumption: Assumption }
  /** A type that is made of the function's. */
  | { readonly kind: 'type'; readonly edits: readonly TextEdit[] }
  /** A callback of `forEach`, whose call becomes a loop. */
  | { readonly kind: 'loop'; readonly loop: ForEachLoop }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const fine: Use = { kind: 'fine' };

/** Finds all uses of functions in a project. Holds the walk's state, so that parameters are followed only once. */
export class UseFinder {
  readonly #project: ProjectModel;
  readonly #framework: Framework;
  readonly #followed = new Set<ts.Node>();

  constructor(project: ProjectModel, framework: Framework) {
    this.#project = project;
    this.#framework = framework;
  }

  /** Every use of a function: where it is written as a value, and where its name is. */
  usesOf(fn: PlainFunction): readonly Use[] {
    if (ts.isFunctionDeclaration(fn)) return this.#usesOfNames([fn], fn);
    if (ts.isMethodDeclaration(fn)) {
      const inObject = ts.isObjectLiteralExpression(fn.parent) ? this.#usesAsProperty(fn, fn.name, fn) : [];
      return [...inObject, ...this.#usesOfNames([fn], fn)];
    }
    const own = fn.name === undefined ? [] : this.#usesOfNames([fn], fn);
    return [...own, ...this.#usesOfValue(fn, fn)];
  }

  #usesOfNames(declarations: readonly ts.Node[], fn: ts.Node): readonly Use[] {
    const { names, suspects } = referencesOf(this.#project, declarations);
    const uses = names.flatMap((name) => this.#usesOfValue(name, fn));
    const elements = declarations.flatMap((each) => this.#elementsNamedLike(each));
    return [...uses, ...[...suspects, ...elements].flatMap((name) => this.#suspectUses(name, fn))];
  }

  /** `store['load']` where `load` is a member. */
  #elementsNamedLike(declaration: ts.Node): readonly ts.ElementAccessExpression[] {
    const isMember = ts.isMethodDeclaration(declaration) || ts.isPropertyAssignment(declaration);
    return isMember ? (this.#project.namedElements.get(declaration.name.getText()) ?? []) : [];
  }

  /** A property of the same name on an unknown object: awaited where it can be, which does no harm to another function. */
  #suspectUses(suspect: ts.MemberName | ts.ElementAccessExpression, fn: ts.Node): readonly Use[] {
    const access = ts.isElementAccessExpression(suspect) ? suspect : suspect.parent;
    const call =
      ts.isCallExpression(access.parent) && access.parent.expression === access ? access.parent : null;
    if (call !== null && isAwaited(call)) return [fine];
    const around = call === null ? null : enclosingFunction(call);
    const assumed = this.#assumed(suspect, 'caller-not-seen', nameOfFunction(fn));
    return call !== null &&
      around !== null &&
      isAsync(around) &&
      checkAwaitable(this.#project.modelOf(call), call).ok
      ? [assumed, { kind: 'await', call, collecting: null }]
      : [assumed];
  }

  #refused(node: ts.Node, message: string): Use {
    const refusal = refusalAt(this.#project.modelOf(node), node, 'caller-cannot-become-async', message);
    return { kind: 'refused', refusal };
  }

  /** What happens to the value of an expression that is the function. */
  #usesOfValue(expression: ts.Expression | ts.MemberName, fn: ts.Node): readonly Use[] {
    const node = outermost(expression);
    const { parent } = node;
    if (ts.isTypeQueryNode(parent)) return [this.#usesAsType(parent, node)];
    if (isName(node) || ts.isTypeNode(parent)) return [fine];
    if (ts.isCallExpression(parent)) return this.#usesAsCall(parent, node, fn);
    if (ts.isNewExpression(parent)) return this.#usesByConstructor(parent, node, fn);
    if (ts.isVariableDeclaration(parent) && parent.initializer === node)
      return this.#usesAsVariable(parent, node, fn);
    if (isTest(parent, node)) return [fine];
    if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
      return this.#usesAsReceiver(parent, node, fn);
    if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent))
      return this.#usesAsProperty(parent, node, fn);
    if (ts.isPropertyDeclaration(parent) && parent.initializer === node)
      return this.#usesOfNames([parent], fn);
    if (ts.isExportAssignment(parent)) return node === fn ? this.#usesOfNames([parent], fn) : [fine];
    if (ts.isBinaryExpression(parent)) return this.#usesAsAssigned(parent, node, fn);
    return [...this.#forwarded(fn), this.#handedOn(node, fn)];
  }

  /** A function that is stored or returned: code that calls it from there is not seen. */
  #handedOn(node: ts.Node, fn: ts.Node): Use {
    return this.#assumed(node, 'function-handed-on', nameOfFunction(fn));
  }

  /** A route handler that is made here and used elsewhere hands its errors to the next one. */
  #forwarded(fn: ts.Node): readonly Use[] {
    if (!isPlain(fn) || isAsync(fn) || !looksLikeHandler(fn) || this.#framework?.waits === true) return [];
    const forwarding = forwardByNext(this.#project.modelOf(fn), fn);
    return forwarding === null ? [] : [{ kind: 'forwards', forwarding }];
  }

  /** `ReturnType<typeof load>`: what it stands for stays the same, without the promise. */
  #usesAsType(query: ts.TypeQueryNode, node: ts.Expression): Use {
    const change = awaitedType(this.#project.modelOf(query), query);
    const message = `The type of ${node.getText()} is used here and would change. Write that type out first.`;
    return change === null ? this.#refused(node, message) : { kind: 'type', edits: change };
  }

  /** `new Promise(fn)` rejects by hand; other classes call a callback when they like. */
  #usesByConstructor(made: ts.NewExpression, node: ts.Expression, fn: ts.Node): readonly Use[] {
    const name = made.expression.getText();
    if (name !== 'Promise') {
      if (callsAtOnce.test(name))
        return [this.#refused(node, `new ${name}(…) uses the function before it could have waited.`)];
      return this.#withEscapingErrors(this.#assumed(node, 'callback-not-awaited', `new ${name}()`), node, fn);
    }
    const order = this.#assumed(node, 'order-of-callbacks', 'new Promise()');
    if (isAsync(fn)) return [order];
    const forwarding = isPlain(fn) ? forwardByReject(this.#project.modelOf(fn), fn) : null;
    const message =
      'new Promise(…) does not see the errors of an async function: give it the parameters resolve and reject.';
    return forwarding === null ? [this.#refused(node, message)] : [{ kind: 'forwards', forwarding }, order];
  }

  #usesAsCall(call: ts.CallExpression, node: ts.Expression, fn: ts.Node): readonly Use[] {
    if (call.expression === node) return [{ kind: 'await', call, collecting: null }];
    const own = this.#project.modelOf(call);
    const isPromise = isPlain(fn) && givesPromise(fn);
    const named = isPlain(fn) && node !== fn ? namedLoopOf(own, call, node, fn) : null;
    // What gives a promise already is not waited for here, and stays so.
    const loop = isPromise ? null : (forEachLoopOf(own, node) ?? named);
    if (loop !== null) return [{ kind: 'loop', loop }];
    const place = callbackPlaceOf(call, this.#framework, this.#project, isAsync(fn));
    if (place.kind === 'waits') return [fine];
    if (place.kind === 'ignores') return this.#withEscapingErrors(fine, node, fn);
    if (place.kind === 'assumed')
      return this.#withEscapingErrors(this.#assumedUnlessEmitted(call, node, place), node, fn);
    if (place.kind === 'forwards') return this.#usesAsRoute(node, fn, place.message, place.isCertain);
    if (place.kind === 'collects') {
      const collecting = isPromise && !place.isList ? null : collectingOf(own, call, node);
      return collecting === null
        ? [this.#refused(node, place.message)]
        : [{ kind: 'await', call, collecting }];
    }
    const parameter = this.#parameterFor(call, node);
    const followed = parameter === null ? null : this.#usesOfParameter(parameter, fn);
    const isFollowed = followed?.every((use) => isCalledBy(use, parameter?.parent)) === true;
    if (followed !== null && isFollowed) return followed;
    const wrapped = this.#usesOfWrapped(call, fn);
    if (wrapped !== null) return wrapped;
    if (followed !== null) return followed;
    if (place.kind === 'refused') return [this.#refused(node, place.message)];
    const callee = `${call.expression.getText()}()`;
    return [
      ...this.#forwarded(fn),
      ...this.#withEscapingErrors(this.#assumed(node, 'callback-not-awaited', callee), node, fn),
    ];
  }

  /** A handler of a framework that does not look at promises. */
  #usesAsRoute(node: ts.Expression, fn: ts.Node, message: string, isCertain: boolean): readonly Use[] {
    if (isAsync(fn)) return [fine];
    const forwarding = isPlain(fn) ? forwardByNext(this.#project.modelOf(fn), fn) : null;
    if (forwarding === null) return [this.#refused(node, message)];
    const unsure = isCertain ? [] : [this.#assumed(node, 'callback-not-awaited', 'This route')];
    return [{ kind: 'forwards', forwarding }, ...unsure];
  }

  #assumed(node: ts.Node, code: AssumptionCode, name: string): Use {
    return { kind: 'assumed', assumption: assumptionAt(this.#project.modelOf(node), node, code, name) };
  }

  /** Where nobody waits for a callback, its errors become those of a promise that nobody waits for. */
  #withEscapingErrors(use: Use, node: ts.Node, fn: ts.Node): readonly Use[] {
    const isHandled = /uncaughtException|unhandledRejection|unhandled-rejections/;
    const isNoticed =
      use.kind !== 'refused' && !isAsync(fn) && this.#project.models.some(({ text }) => isHandled.test(text));
    return isNoticed ? [use, this.#assumed(node, 'error-escapes', nameOfFunction(fn))] : [use];
  }

  /**
   * `const text = cached((path) => …)`: a function made of the callback. When it is only ever called, its callers can wait
   * for what the callback gives, if it passes that on.
   */
  #usesOfWrapped(call: ts.CallExpression, fn: ts.Node): readonly Use[] | null {
    const holder = outermost(call).parent;
    if (!ts.isVariableDeclaration(holder) || !ts.isIdentifier(holder.name)) return null;
    if ((holder.parent.flags & ts.NodeFlags.Const) === 0 || ts.isAwaitExpression(call.parent)) return null;
    const { names } = referencesOf(this.#project, [holder]);
    const uses = names.filter((name) => !isName(outermost(name)));
    const isOnlyCalled = uses.every((name) => {
      const use = outermost(name);
      return ts.isCallExpression(use.parent) && use.parent.expression === use;
    });
    if (uses.length === 0 || !isOnlyCalled) return null;
    const callee = `${call.expression.getText()}()`;
    const news = isAsync(fn) ? [] : [this.#assumed(call, 'callback-not-awaited', callee)];
    return [...news, ...this.#usesOfNames([holder], call)];
  }

  /** Who emits an event of the project's own goes on at once, as if the handler had ended. */
  #assumedUnlessEmitted(
    call: ts.CallExpression,
    node: ts.Expression,
    { code, name }: { readonly code: AssumptionCode; readonly name: string },
  ): Use {
    const [first] = call.arguments;
    const event =
      ts.isPropertyAccessExpression(call.expression) && first !== undefined && ts.isStringLiteralLike(first)
        ? first.text
        : null;
    const emit = (this.#project.identifiers.get('emit') ?? []).find(({ parent: { parent } }) => {
      const name = ts.isCallExpression(parent) ? parent.arguments[0] : undefined;
      return name !== undefined && ts.isStringLiteralLike(name) && name.text === event;
    });
    return event === null || emit === undefined
      ? this.#assumed(node, code, name)
      : this.#assumed(emit, 'order-of-callbacks', `"${event}"`);
  }

  /** The parameter of a project function that receives the argument. */
  #parameterFor(call: ts.CallExpression, argument: ts.Expression): ts.ParameterDeclaration | null {
    const declaration = this.#project.checker.getResolvedSignature(call)?.declaration;
    if (declaration === undefined || !('parameters' in declaration)) return null;
    const parameter = declaration.parameters[call.arguments.indexOf(argument)];
    const isUsable =
      parameter !== undefined &&
      ts.isParameter(parameter) &&
      ts.isIdentifier(parameter.name) &&
      parameter.dotDotDotToken === undefined;
    return isUsable ? parameter : null;
  }

  #usesOfParameter(parameter: ts.ParameterDeclaration, fn: ts.Node): readonly Use[] {
    if (this.#followed.has(parameter)) return [];
    this.#followed.add(parameter);
    return this.#usesOfNames([parameter], fn);
  }

  #usesAsVariable(declaration: ts.VariableDeclaration, node: ts.Expression, fn: ts.Node): readonly Use[] {
    const uses = node === fn ? this.#usesOfNames([declaration], fn) : [fine]; // Names reach aliases by themselves.
    const isSteady =
      ts.isIdentifier(declaration.name) && isConstant(this.#project.modelOf(declaration), declaration);
    return isSteady ? uses : [...uses, this.#handedOn(node, fn)];
  }

  #usesAsReceiver(access: ts.PropertyAccessExpression, node: ts.Expression, fn: ts.Node): readonly Use[] {
    const call = access.parent;
    const name = access.name.text;
    if ((name === 'call' || name === 'apply') && ts.isCallExpression(call) && call.expression === access) {
      return [{ kind: 'await', call, collecting: null }];
    }
    return name === 'name' || name === 'length' ? [fine] : [this.#handedOn(node, fn)];
  }

  /** A member of an object literal: found again by its name, unless the object leaves the project. */
  #usesAsProperty(property: ts.ObjectLiteralElementLike, node: ts.Node, fn: ts.Node): readonly Use[] {
    let literal: ts.Node = property.parent;
    while (
      ts.isObjectLiteralExpression(literal.parent) ||
      ts.isArrayLiteralExpression(literal.parent) ||
      ts.isPropertyAssignment(literal.parent)
    ) {
      literal = literal.parent;
    }
    const holder = literal.parent;
    const leaves = (ts.isCallExpression(holder) || ts.isNewExpression(holder)) && !this.#isOwn(holder);
    const leak = ts.isVariableDeclaration(holder) ? this.#leakOf(holder, fn) : null;
    const uses = node === fn ? this.#usesOfNames([property], fn) : [];
    const assumed = leaves ? this.#handedOn(node, fn) : leak;
    return assumed === null ? (uses.length > 0 ? uses : [fine]) : [...uses, ...this.#forwarded(fn), assumed];
  }

  #isOwn(call: ts.CallExpression | ts.NewExpression): boolean {
    return (
      ts.isCallExpression(call) && this.#project.checker.getResolvedSignature(call)?.declaration !== undefined
    );
  }

  /** `handlers[name]` may be any member, and `Object.values(handlers)` reaches all of them. */
  #leakOf(holder: ts.VariableDeclaration, fn: ts.Node): Use | null {
    if (!ts.isIdentifier(holder.name)) return null;
    const { names } = referencesOf(this.#project, [holder]);
    const whole = names.find((name) => isUsedWhole(name));
    if (whole !== undefined) return this.#handedOn(whole, fn);
    const computed = names.find(
      (name) => ts.isElementAccessExpression(name.parent) && name.parent.expression === name,
    );
    if (computed === undefined) return null;
    const call = computed.parent.parent;
    if (ts.isCallExpression(call) && call.expression === computed.parent && isAwaited(call)) return null;
    return this.#assumed(computed, 'caller-not-seen', nameOfFunction(fn));
  }

  #usesAsAssigned(assignment: ts.BinaryExpression, node: ts.Expression, fn: ts.Node): readonly Use[] {
    const isAssignment =
      assignment.operatorToken.kind === ts.SyntaxKind.EqualsToken && assignment.right === node;
    if (!isAssignment || !ts.isPropertyAccessExpression(assignment.left)) return [this.#handedOn(node, fn)];
    const uses = node === fn ? this.#usesOfNames([assignment, assignment.left, fn], fn) : [fine];
    if (/^(module\.)?exports\b/.test(assignment.left.getText())) return uses;
    return [...uses, ...this.#forwarded(fn), this.#handedOn(assignment.left, fn)];
  }
}

/** Classes that call the function while they are constructed, and use its answer. */
const callsAtOnce = /^(Proxy|Function|Map|Set|WeakMap|FinalizationRegistry)$/;

/** Whether the function that was given a callback calls it itself, rather than keeps it for later. */
const isCalledBy = (use: Use, fn: ts.Node | undefined): boolean =>
  use.kind === 'await' ? enclosingFunction(use.call) === fn : use.kind !== 'refused';
