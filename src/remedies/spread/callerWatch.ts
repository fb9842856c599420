import ts from 'typescript';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { enclosingFunction, isAsync } from '../../code/scopes.ts';
import { nameOfFunction } from '../safety/awaitContext.ts';
import { changesFiles, effectFrom } from '../safety/waitEffects.ts';
import type { WaitKind } from '../safety/waitEffects.ts';
import type { PlainFunction } from './asyncFunction.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';
import { lateUsesOf, sharedArgument, sharedByCaller } from './sharedArguments.ts';
import type { LateUses } from './sharedArguments.ts';
import type { UseFinder } from './uses.ts';

/** What becomes of the promise that a call gives. */
type Fate = 'awaited' | 'returned' | 'dropped' | 'combined';

/**
 * Looks at the callers of functions that are async already and get a new wait. Until now, everything before their first
 * wait was done when the call returned, and calls that ran at the same time did so in a fixed order.
 */
export class CallerWatch {
  readonly #project: ProjectModel;
  readonly #finder: UseFinder;
  readonly #seen = new Set<ts.Node>();
  readonly #found: Assumption[] = [];

  constructor(project: ProjectModel, finder: UseFinder) {
    this.#project = project;
    this.#finder = finder;
  }

  get assumptions(): readonly Assumption[] {
    return this.#found;
  }

  /** Follows the callers of `fn`, in which `wait` is the call that is to be awaited. */
  watch(fn: ts.Node, wait: ts.Node, kind: WaitKind): void {
    if (this.#seen.has(fn) || !isFunction(fn)) return;
    this.#seen.add(fn);
    const model = this.#project.modelOf(fn);
    const isSeen = kind === 'acts' || effectFrom(model, fn, wait) !== null;
    const late = lateUsesOf(model, fn, wait);
    for (const use of this.#finder.usesOf(fn)) {
      if (use.kind === 'await') this.#watchCall(use.call, fn, isSeen ? 'acts' : kind, late);
      else if (use.kind === 'assumed' && isSeen) this.#found.push(use.assumption);
      else if (use.kind === 'refused' && isSeen) this.#noteStored(use.refusal.path, fn);
    }
  }

  #watchCall(call: ts.CallExpression, fn: ts.Node, kind: WaitKind, late: LateUses): void {
    const model = this.#project.modelOf(call);
    const fate = fateOf(call);
    const around = enclosingFunction(call);
    const isNoticed =
      (fate === 'dropped' || fate === 'combined') &&
      (kind === 'acts' ||
        late.usesState ||
        sharedArgument(model, call, late.after, true) !== null ||
        (kind === 'reads' && writesFiles(call.getSourceFile())) ||
        (fate === 'combined' && racesPromises(call.getSourceFile())));
    this.#found.push(...sharedByCaller(model, call, late));
    if (isNoticed)
      this.#found.push(assumptionAt(model, call, 'result-not-awaited', `${nameOfFunction(fn)}()`));
    else if (around !== null && fate !== 'dropped') this.watch(around, call, kind);
  }

  /** An async function that is passed on: its callers may rely on what it does synchronously. */
  #noteStored(path: string, fn: PlainFunction): void {
    const model = this.#project.models.find((each) => each.path === path) ?? this.#project.modelOf(fn);
    if (isAsync(fn)) this.#found.push(assumptionAt(model, fn, 'function-handed-on', nameOfFunction(fn)));
  }
}

const isFunction = (node: ts.Node): node is PlainFunction =>
  ts.isFunctionDeclaration(node) ||
  ts.isFunctionExpression(node) ||
  ts.isArrowFunction(node) ||
  ts.isMethodDeclaration(node);

/** Whether a file has calls that change files. */
function writesFiles(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean =>
    (ts.isCallExpression(node) && changesFiles(node)) || (ts.forEachChild(node, visit) ?? false);
  return visit(file);
}

/** Whether a file asks which of several promises is the first. */
const racesPromises = ({ text }: ts.SourceFile): boolean => /\bPromise\s*\.\s*(race|any)\s*\(/.test(text);

function fateOf(call: ts.Expression): Fate {
  let node: ts.Expression = call;
  for (;;) {
    const { parent } = node;
    if (ts.isAwaitExpression(parent)) return 'awaited';
    const isReaction =
      ts.isPropertyAccessExpression(parent) &&
      /^(then|catch|finally)$/.test(parent.name.text) &&
      ts.isCallExpression(parent.parent);
    if (isReaction) node = parent.parent;
    else if (
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isNonNullExpression(parent)
    )
      node = parent;
    else if (ts.isVoidExpression(parent)) node = parent;
    else break;
  }
  const { parent } = node;
  if (ts.isReturnStatement(parent)) return isInTry(parent) ? 'combined' : 'returned';
  if (ts.isArrowFunction(parent)) return 'returned';
  if (ts.isExpressionStatement(parent)) return isLastOfAll(parent) ? 'returned' : 'dropped';
  return 'combined';
}

const isInTry = (node: ts.Node): boolean => {
  const around = ts.findAncestor(node, (each) => ts.isTryStatement(each) || ts.isFunctionLike(each));
  return around !== undefined && ts.isTryStatement(around);
};

/** The last statement of a program, after which nothing else runs that was written to follow it. */
function isLastOfAll(statement: ts.Statement): boolean {
  const { parent } = statement;
  if (!ts.isSourceFile(parent)) return false;
  const after = parent.statements.slice(parent.statements.indexOf(statement) + 1);
  return after.every((each) => ts.isFunctionDeclaration(each) || ts.isClassDeclaration(each));
}
