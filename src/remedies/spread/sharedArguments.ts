import ts from 'typescript';
import { skipOuter } from '../../code/bindings.ts';
import { isStringMethod } from '../../code/origin/knownCalls.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { Aliases } from '../safety/aliases.ts';
import { sidesOf } from '../safety/stateAcrossWait.ts';
import { isCalled } from '../safety/touch.ts';
import { touchesIn } from '../safety/touches.ts';
import type { PlainFunction } from './asyncFunction.ts';

/** What a function looks at around its new wait that others hold, too. */
export interface LateUses {
  /** State of the module or the process is used after the wait. */
  readonly usesState: boolean;
  /** Positions of the parameters that are looked into after the wait. */
  readonly after: ReadonlySet<number>;
  /** Those that are looked into on both sides. */
  readonly around: ReadonlySet<number>;
}

/** What a function uses after `wait` that may have changed by then. */
export function lateUsesOf(model: SourceModel, fn: PlainFunction, wait: ts.Node): LateUses {
  const names = parametersUsed(model, fn);
  const touches = touchesIn(model, fn).filter(
    ({ owner, isGuess }) => owner !== 'parameter' && isGuess !== true,
  );
  const call = ts.isCallExpression(wait) ? wait : null;
  if (call === null) return { usesState: false, after: new Set(), around: new Set() };
  const { isBefore, isAfter } = sidesOf(
    fn,
    call,
    touches,
    names.map(({ name }) => name),
  );
  const before = new Set(names.filter(({ name }) => isBefore.node(name)).map(({ index }) => index));
  const after = new Set(names.filter(({ name }) => isAfter.node(name)).map(({ index }) => index));
  return {
    usesState: touches.some((each) => isAfter(each)),
    after,
    around: new Set([...after].filter((index) => before.has(index))),
  };
}

/** Names of parameters where they are looked into or handed on. */
function parametersUsed(
  model: SourceModel,
  fn: PlainFunction,
): readonly { readonly name: ts.Identifier; readonly index: number }[] {
  const found: { readonly name: ts.Identifier; readonly index: number }[] = [];
  const visit = (node: ts.Node): void => {
    const declaration = ts.isIdentifier(node) ? symbolOf(model, node)?.declarations?.[0] : undefined;
    const parameter = declaration && ts.findAncestor(declaration, ts.isParameter);
    const index = parameter?.parent === fn ? fn.parameters.indexOf(parameter) : -1;
    if (index !== -1 && isLookedInto(node as ts.Identifier))
      found.push({ name: node as ts.Identifier, index });
    ts.forEachChild(node, visit);
  };
  if (fn.body !== undefined) visit(fn.body);
  return found;
}

function isLookedInto(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
    return !(isCalled(parent) && isStringMethod(parent.name.text));
  return (
    (ts.isElementAccessExpression(parent) && parent.expression === node) ||
    (ts.isForOfStatement(parent) && parent.expression === node) ||
    (ts.isCallExpression(parent) && parent.arguments.includes(node)) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    (ts.isVariableDeclaration(parent) && !ts.isIdentifier(parent.name))
  );
}

/** The first argument at one of the positions that others hold as well; `own` objects of the caller count if they say so. */
export function sharedArgument(
  model: SourceModel,
  call: ts.CallExpression,
  positions: ReadonlySet<number>,
  withOwn: boolean,
): ts.Expression | null {
  const aliases = new Aliases(model);
  const around = enclosingFunction(call) ?? model.file;
  const isShared = (given: ts.Expression): boolean => {
    const node = skipOuter(given);
    if (ts.isObjectLiteralExpression(node))
      return node.properties.some(
        (each) =>
          (ts.isPropertyAssignment(each) && isShared(each.initializer)) ||
          (ts.isShorthandPropertyAssignment(each) && isShared(each.name)),
      );
    return aliases.isHeld(node, around) || (withOwn && isOwnObject(model, node));
  };
  for (const [index, given] of call.arguments.entries()) {
    const isMeant = positions.has(index) || ts.isSpreadElement(given);
    if (isMeant && isShared(ts.isSpreadElement(given) ? given.expression : given)) return given;
  }
  return null;
}

/** A name that is given an object where it is declared. */
function isOwnObject(model: SourceModel, node: ts.Expression): boolean {
  const declaration = ts.isIdentifier(node) ? symbolOf(model, node)?.declarations?.[0] : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
  const value = declaration.initializer && skipOuter(declaration.initializer);
  return (
    value !== undefined &&
    (ts.isObjectLiteralExpression(value) || ts.isArrayLiteralExpression(value) || ts.isNewExpression(value))
  );
}

/** What a caller in any file gives a function that looks at it on both sides of its new wait. */
export function sharedByCaller(
  model: SourceModel,
  call: ts.CallExpression,
  { around }: LateUses,
): readonly Assumption[] {
  const given = around.size === 0 ? null : sharedArgument(model, call, around, false);
  return given === null ? [] : [assumptionAt(model, given, 'object-shared', given.getText(model.file))];
}
