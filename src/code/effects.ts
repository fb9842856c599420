import ts from 'typescript';
import { contains } from './scopes.ts';
import { isAssignmentOperator, skipOuter } from './bindings.ts';
import { referencesTo, symbolOf } from './sourceModel.ts';
import type { SourceModel } from './sourceModel.ts';
import { functionNamed, passesOn, sharing } from './sharing.ts';
import type { OwnFunction, Sharing } from './sharing.ts';

const mutators = new Set(
  'push pop shift unshift splice sort reverse fill copyWithin set add delete clear append write emit dispatchEvent swap16 swap32 swap64'.split(
    ' ',
  ),
);
/** Setters of dates, of views on memory, and of Buffers. */
const setters =
  /^set(UTC)?(Date|FullYear|Hours|Milliseconds|Minutes|Month|Seconds|Time|Year)$|^set(Big)?(Ui|I)nt\d+$|^setFloat\d+$|^write(Big)?(U?Int|Float|Double)\w*$/;

/** Whether a method of this name changes the object it is called on. */
export const isMutator = (method: string): boolean => mutators.has(method) || setters.test(method);

/** Object functions that change their first argument. */
const changers = new Set([
  'Object.assign',
  'Object.defineProperty',
  'Object.defineProperties',
  'Object.setPrototypeOf',
  'Object.freeze',
  'Object.seal',
  'Reflect.set',
  'Reflect.deleteProperty',
]);

/**
 * The first place in `root` that changes something which `isOutside` declares: a captured variable, a parameter's
 * object, or something reached from it through local aliases, loops and callbacks. `matters` leaves changes out.
 */
export function firstOutsideWrite(
  model: SourceModel,
  root: ts.Node,
  isOutside: (symbol: ts.Symbol) => boolean,
  matters: (write: ts.Node) => boolean = () => true,
): ts.Node | null {
  const shared = sharedSymbols(model, root, isOutside);
  const sharingOf = (expression: ts.Expression): Sharing | null =>
    sharing(model, expression, shared, isOutside);
  const isVariableOutside = (symbol: ts.Symbol): boolean =>
    isOutside(symbol) && !(symbol.declarations ?? []).some((each) => contains(root, each));
  const visit = (node: ts.Node): ts.Node | undefined => {
    const isWritten = writtenBy(model, node).some((each) =>
      isSharedTarget(model, each, sharingOf, isVariableOutside),
    );
    return isWritten && matters(node) ? node : ts.forEachChild(node, visit);
  };
  return visit(root) ?? null;
}

/** An expression that a node changes: as a variable or a property, as an object, or through what it holds. */
interface Written {
  readonly target: ts.Expression;
  readonly as: 'place' | 'object' | 'elements';
}

/** The expressions that a node changes: the left of an assignment, the receiver of a mutating method, … */
function writtenBy(model: SourceModel, node: ts.Node): readonly Written[] {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind))
    return placesOf(node.left);
  if ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) && isStep(node.operator)) {
    return placesOf(node.operand);
  }
  if (ts.isDeleteExpression(node)) return placesOf(node.expression);
  if (ts.isForOfStatement(node) || ts.isForInStatement(node))
    return ts.isVariableDeclarationList(node.initializer) ? [] : placesOf(node.initializer);
  return ts.isCallExpression(node) ? [...writtenByMethod(node), ...writtenByFunctions(model, node)] : [];
}

/** The places that an assignment fills, those of a pattern one by one. */
function placesOf(left: ts.Expression): readonly Written[] {
  const node = skipOuter(left);
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(placesOf);
  if (ts.isSpreadElement(node)) return placesOf(node.expression);
  if (ts.isOmittedExpression(node)) return [];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    return placesOf(node.left);
  if (!ts.isObjectLiteralExpression(node)) return [{ target: node, as: 'place' }];
  return node.properties.flatMap((each) => {
    if (ts.isShorthandPropertyAssignment(each)) return [{ target: each.name, as: 'place' } as const];
    if (ts.isSpreadAssignment(each)) return placesOf(each.expression);
    return ts.isPropertyAssignment(each) ? placesOf(each.initializer) : [];
  });
}

function writtenByMethod(call: ts.CallExpression): readonly Written[] {
  const callee = skipOuter(call.expression);
  const [first, second] = call.arguments;
  if (first !== undefined && changers.has(callee.getText())) return [{ target: first, as: 'object' }];
  if (!ts.isPropertyAccessExpression(callee)) return [];
  const { name, expression } = callee;
  const borrowed = /^(call|apply)$/.test(name.text) && ts.isPropertyAccessExpression(expression);
  if (borrowed && isMutator(expression.name.text) && first !== undefined)
    return [{ target: first, as: 'object' }];
  if (name.text === 'copy' && first !== undefined) return [{ target: first, as: 'object' }];
  if (name.text === 'encodeInto' && second !== undefined) return [{ target: second, as: 'object' }];
  return isMutator(name.text) ? [{ target: expression, as: 'object' }] : [];
}

/** What functions of the file change of what they are given, called directly or for each element. */
function writtenByFunctions(model: SourceModel, call: ts.CallExpression): readonly Written[] {
  const callee = skipOuter(call.expression);
  if (ts.isIdentifier(callee)) {
    const fn = functionNamed(model, callee);
    if (fn === null) return [];
    return [...changedParameters(model, fn)].flatMap((index) => {
      const target = call.arguments[index];
      return target === undefined || ts.isSpreadElement(target) ? [] : [{ target, as: 'object' } as const];
    });
  }
  if (!ts.isPropertyAccessExpression(callee)) return [];
  const changes = call.arguments.some((each) => {
    const fn = ts.isIdentifier(each) ? functionNamed(model, each) : null;
    return fn !== null && changedParameters(model, fn).size > 0;
  });
  return changes ? [{ target: callee.expression, as: 'elements' }] : [];
}

const changed = new WeakMap<OwnFunction, ReadonlySet<number>>();
/** A function that calls itself with its parameters in other places needs as many looks. */
const mostLooks = 4;

/** Which parameters of a function it changes the objects of, by itself or through functions that it calls. */
export function changedParameters(model: SourceModel, fn: OwnFunction): ReadonlySet<number> {
  const known = changed.get(fn);
  if (known !== undefined) return known;
  let found: ReadonlySet<number> = new Set();
  for (let look = 0; look < mostLooks; look++) {
    changed.set(fn, found); // What is known so far answers for calls of itself.
    const indices = fn.parameters.flatMap(({ name }, index) => {
      const symbols = symbolsOfName(model, name);
      return firstOutsideWrite(model, fn, (each) => symbols.includes(each)) === null ? [] : [index];
    });
    if (indices.length === found.size) break;
    found = new Set(indices);
  }
  changed.set(fn, found);
  return found;
}

const isStep = (operator: ts.PrefixUnaryOperator): boolean =>
  operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;

function isSharedTarget(
  model: SourceModel,
  { target, as }: Written,
  sharingOf: (expression: ts.Expression) => Sharing | null,
  isVariableOutside: (symbol: ts.Symbol) => boolean,
): boolean {
  const node = skipOuter(target);
  if (as === 'elements') return sharingOf(node) !== null;
  if (as === 'object') return sharingOf(node) === 'whole';
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    return sharingOf(node.expression) === 'whole';
  }
  if (ts.isIdentifier(node)) {
    const symbol = symbolOf(model, node);
    return symbol === undefined || isVariableOutside(symbol);
  }
  return true; // Whatever it is, it is not known.
}

/** Local names through which something outside can be reached, found by going round until nothing is added. */
function sharedSymbols(
  model: SourceModel,
  root: ts.Node,
  isOutside: (symbol: ts.Symbol) => boolean,
): ReadonlyMap<ts.Symbol, Sharing> {
  const shared = new Map<ts.Symbol, Sharing>();
  for (let before = -1; before !== shared.size;) {
    before = shared.size;
    const visit = (node: ts.Node): void => {
      for (const [name, sharingOfName] of aliasesMade(model, node, shared, isOutside)) {
        for (const symbol of symbolsOfName(model, name))
          if (!shared.has(symbol)) shared.set(symbol, sharingOfName);
      }
      ts.forEachChild(node, visit);
    };
    visit(root);
  }
  return shared;
}

type Alias = readonly [ts.BindingName, Sharing];

function aliasesMade(
  model: SourceModel,
  node: ts.Node,
  shared: ReadonlyMap<ts.Symbol, Sharing>,
  isOutside: (symbol: ts.Symbol) => boolean,
): readonly Alias[] {
  const of = (expression: ts.Expression): Sharing | null => sharing(model, expression, shared, isOutside);
  if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
    const found = of(node.initializer);
    if (found === null) return [];
    return [[node.name, ts.isIdentifier(node.name) ? found : 'whole']];
  }
  if (ts.isForOfStatement(node) && ts.isVariableDeclarationList(node.initializer)) {
    const [declared] = node.initializer.declarations;
    return declared !== undefined && of(node.expression) !== null ? [[declared.name, 'whole']] : [];
  }
  if (ts.isBinaryExpression(node) && passesOn(node) && isAssignmentOperator(node.operatorToken.kind)) {
    const found = of(node.right);
    const isName = ts.isIdentifier(skipOuter(node.left));
    const names = placesOf(node.left).map(({ target }) => skipOuter(target));
    return found === null
      ? []
      : names.filter(ts.isIdentifier).map((name): Alias => [name, isName ? found : 'whole']);
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const isReduce = node.expression.name.text.startsWith('reduce');
  if (of(node.expression.expression) === null) return [];
  return node.arguments.flatMap((argument) =>
    ts.isArrowFunction(argument) || ts.isFunctionExpression(argument)
      ? argument.parameters
          .slice(isReduce && startsFresh(node, of) ? 1 : 0)
          .map(({ name }): Alias => [name, 'whole'])
      : [],
  );
}

/** Whether a `reduce` starts from a value of its own, which its callback may change. */
function startsFresh(call: ts.CallExpression, of: (each: ts.Expression) => Sharing | null): boolean {
  const initial = call.arguments[1];
  return initial !== undefined && of(initial) === null;
}

/** Whether an expression of `root` gives something that `isOutside` declares, or a part of it that may be an object. */
export function givesShared(
  model: SourceModel,
  root: ts.Node,
  expression: ts.Expression,
  isOutside: (symbol: ts.Symbol) => boolean,
): boolean {
  const node = skipOuter(expression);
  const symbol = ts.isIdentifier(node) ? symbolOf(model, node) : undefined;
  // A parameter that is never looked into may as well be a number.
  const isParameter = symbol?.valueDeclaration !== undefined && ts.isParameter(symbol.valueDeclaration);
  if (symbol !== undefined && isParameter && !referencesTo(model, symbol).some(isLookedInto)) return false;
  return sharing(model, node, sharedSymbols(model, root, isOutside), isOutside) !== null;
}

const isLookedInto = (name: ts.Identifier): boolean =>
  (ts.isPropertyAccessExpression(name.parent) && name.parent.expression === name) ||
  (ts.isElementAccessExpression(name.parent) && name.parent.expression === name) ||
  (ts.isForOfStatement(name.parent) && name.parent.expression === name);

function symbolsOfName(model: SourceModel, name: ts.BindingName): readonly ts.Symbol[] {
  if (ts.isIdentifier(name)) {
    const symbol = model.checker.getSymbolAtLocation(name);
    return symbol === undefined ? [] : [symbol];
  }
  return name.elements.flatMap((each) => (ts.isBindingElement(each) ? symbolsOfName(model, each.name) : []));
}

/** Everything declared outside of a node. */
export const isOutsideOf =
  (node: ts.Node) =>
  (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).every((each) => !contains(node, each));

/** Parameters of a function and everything declared outside of it. */
export const isParameterOrOutside =
  (fn: ts.SignatureDeclaration) =>
  (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).every(
      (each) => !contains(fn, each) || ts.findAncestor(each, ts.isParameter)?.parent === fn,
    );
