import ts from 'typescript';
import { answersOf } from '../answersOf.ts';
import { isAssignmentOperator, isWrite, skipOuter } from '../bindings.ts';
import { passesOn } from '../sharing.ts';
import {
  copiesParts,
  givesElements,
  views,
  copyingClasses,
  givesItself,
  givesOwn,
  givesParts,
  isOfNode,
} from './knownCalls.ts';
import { referencesTo, symbolOf } from '../sourceModel.ts';
import type { SourceModel } from '../sourceModel.ts';

/**
 * Where a value comes from: a name (or `this`), and the way from there. `parts` are property names, `*` for an element or
 * something that a method gives.
 */
export interface Origin {
  readonly root: ts.Identifier | ts.ThisExpression;
  readonly parts: readonly string[];
  /** The value is a shallow copy: what it holds belongs to the origin, the object itself does not. */
  readonly isCopy: boolean;
  /** Where in the value the origin is: `{ a: state }` holds it at `a`; empty where the value is the origin itself. */
  readonly at: readonly string[];
  /** An unknown call gave it: it may be something of the caller's own. */
  readonly isGuess: boolean;
}

/** Values are followed through this many steps. */
const deepest = 8;

/** An element, or what a method of an object gives. */
export const anyPart = '*';

/** What an expression may be, or be a part of; nothing for values that are made on the spot. */
export function originsOf(model: SourceModel, expression: ts.Expression): readonly Origin[] {
  return new OriginReader(model).of(expression, 0);
}

/** What a name was given at its declaration and by assignments; a name of its own when it was given nothing. */
export function originsOfName(model: SourceModel, symbol: ts.Symbol): readonly Origin[] {
  return new OriginReader(model).ofName(symbol, 0);
}

class OriginReader {
  readonly #model: SourceModel;
  /** Names that are being followed: one that is made of itself adds nothing. */
  readonly #open = new Set<ts.Symbol>();

  constructor(model: SourceModel) {
    this.#model = model;
  }

  of(expression: ts.Expression, depth: number): readonly Origin[] {
    if (depth > deepest) return [];
    const node = skipOuter(expression);
    const next = (each: ts.Expression): readonly Origin[] => this.of(each, depth + 1);
    if (ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword)
      return [
        { root: node as ts.Identifier | ts.ThisExpression, parts: [], isCopy: false, at: [], isGuess: false },
      ];
    if (ts.isPropertyAccessExpression(node)) return inside(next(node.expression), node.name.text);
    if (ts.isElementAccessExpression(node)) return inside(next(node.expression), elementName(node));
    if (ts.isAwaitExpression(node)) return next(node.expression);
    if (ts.isConditionalExpression(node)) return [...next(node.whenTrue), ...next(node.whenFalse)];
    if (ts.isBinaryExpression(node)) return passesOn(node) ? [...next(node.left), ...next(node.right)] : [];
    if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) return held(node, next);
    if (ts.isNewExpression(node)) return ofNew(node, next);
    return ts.isCallExpression(node) ? this.#ofCall(node, next, depth) : [];
  }

  ofName(symbol: ts.Symbol, depth: number): readonly Origin[] {
    if (this.#open.has(symbol) || depth > deepest) return [];
    this.#open.add(symbol);
    const declared = (symbol.declarations ?? []).flatMap((each) => this.#ofDeclaration(each, depth + 1));
    const assigned = referencesTo(this.#model, symbol)
      .filter(isWrite)
      .flatMap((each) => this.#ofAssignment(each, depth + 1));
    this.#open.delete(symbol);
    return [...declared, ...assigned];
  }

  #ofDeclaration(declaration: ts.Declaration, depth: number): readonly Origin[] {
    const defaults: Origin[] = [];
    const parts: string[] = [];
    const through = (origins: readonly Origin[]): readonly Origin[] =>
      parts.reduce((found, part) => inside(found, part), origins);
    let node: ts.Node = declaration;
    for (; ts.isBindingElement(node); node = node.parent.parent) {
      if (node.initializer !== undefined) defaults.push(...through(this.of(node.initializer, depth)));
      parts.unshift(partOf(node));
    }
    return [...defaults, ...through(this.#ofHolder(node, depth))];
  }

  /** What a parameter, a variable, or the variable of a loop is given. */
  #ofHolder(node: ts.Node, depth: number): readonly Origin[] {
    if (ts.isParameter(node)) {
      const own = node.initializer === undefined ? [] : this.of(node.initializer, depth);
      return [...own, ...this.#ofParameter(node, depth)];
    }
    if (!ts.isVariableDeclaration(node)) return [];
    if (node.initializer !== undefined) return this.of(node.initializer, depth);
    const loop = node.parent.parent;
    return ts.isForOfStatement(loop) ? inside(this.of(loop.expression, depth), anyPart) : [];
  }

  /** What callers of the file pass for a parameter; elements of its receiver for a callback. */
  #ofParameter(parameter: ts.ParameterDeclaration, depth: number): readonly Origin[] {
    const fn = parameter.parent;
    const around = fn.parent;
    if (ts.isCallExpression(around) && around.arguments.includes(fn as unknown as ts.Expression)) {
      const callee = skipOuter(around.expression);
      if (!ts.isPropertyAccessExpression(callee)) return [];
      const parts = inside(this.of(callee.expression, depth), anyPart);
      return givesElements.test(callee.name.text) ? parts : guesses(parts);
    }
    const called = outerCallOf(fn);
    if (called !== null) return this.#ofArguments(called, parameter, depth);
    const symbol = nameOf(this.#model, fn);
    if (symbol === undefined) return [];
    return referencesTo(this.#model, symbol).flatMap((name) => {
      const call = name.parent;
      const isCall = ts.isCallExpression(call) && call.expression === name;
      return isCall ? this.#ofArguments(call, parameter, depth) : [];
    });
  }

  /** What a call gives for a parameter; each argument that a spread or a rest parameter may hold. */
  #ofArguments(
    call: ts.CallExpression,
    parameter: ts.ParameterDeclaration,
    depth: number,
  ): readonly Origin[] {
    const index = parameter.parent.parameters.indexOf(parameter);
    const isRest = parameter.dotDotDotToken !== undefined;
    return call.arguments.flatMap((given, at) => {
      const isSpread = ts.isSpreadElement(given);
      if (!(isSpread || isRest ? at <= index || isRest : at === index)) return [];
      const origins = isSpread ? inside(this.of(given.expression, depth), anyPart) : this.of(given, depth);
      return isRest ? heldAt(anyPart, origins) : origins;
    });
  }

  /** `x = state.list`, `({ list: x } = state)`, `[x] = pair`, `for (x of list)`. */
  #ofAssignment(name: ts.Identifier, depth: number): readonly Origin[] {
    const parts: string[] = [];
    let node: ts.Expression = name;
    for (;;) {
      const { parent }: { readonly parent: ts.Node } = node;
      if (ts.isShorthandPropertyAssignment(parent)) {
        parts.unshift(name.text);
        node = parent.parent;
      } else if (ts.isPropertyAssignment(parent) && parent.initializer === node) {
        parts.unshift(parent.name.getText());
        node = parent.parent;
      } else if (ts.isArrayLiteralExpression(parent)) {
        parts.unshift(anyPart);
        node = parent;
      } else if (ts.isParenthesizedExpression(parent)) node = parent;
      else break;
    }
    const { parent } = node;
    const through = (origins: readonly Origin[]): readonly Origin[] =>
      parts.reduce((found, part) => inside(found, part), origins);
    if (ts.isForOfStatement(parent)) return through(inside(this.of(parent.expression, depth), anyPart));
    const isGiven =
      ts.isBinaryExpression(parent) &&
      parent.left === node &&
      isAssignmentOperator(parent.operatorToken.kind);
    return isGiven ? through(this.of(parent.right, depth)) : [];
  }

  #ofCall(
    call: ts.CallExpression,
    next: (each: ts.Expression) => readonly Origin[],
    depth: number,
  ): readonly Origin[] {
    const callee = skipOuter(call.expression);
    const text = callee.getText();
    const [first, ...rest] = call.arguments;
    if (first !== undefined && /^Object\.(freeze|seal|preventExtensions)$/.test(text)) return next(first);
    if (first !== undefined && text === 'Object.assign')
      return [...next(first), ...rest.flatMap((each) => copies(next(skipSpread(each))))];
    if (first !== undefined && /^(Reflect\.get|Object\.create)$/.test(text))
      return inside(next(first), anyPart);
    if (/^(Object\.(values|entries|fromEntries)|Array\.(from|of))$/.test(text))
      return copies(call.arguments.flatMap((each) => next(skipSpread(each))));
    if (givesOwn(call)) return [];
    if (first !== undefined && /^Promise\.(resolve|all|race|any)$/.test(text)) return next(first);
    if (first !== undefined && text === 'Buffer.from') return guesses(next(first));
    const fn = this.#functionCalled(callee);
    // What a helper answers with its parameters is what it was given here, which following its names finds.
    if (fn !== null) return answersOf(fn).flatMap((each) => this.of(each, depth + 1));
    if (ts.isPropertyAccessExpression(callee)) {
      const { text: method } = callee.name;
      if (method === 'bind') return first === undefined ? [] : next(first);
      if (/^(map|flatMap)$/.test(method)) return this.#ofMapped(call, next);
      const origins = next(callee.expression);
      if (copiesParts.test(method)) return copies(origins);
      if (givesParts.test(method)) return inside(origins, anyPart);
      if (givesItself.test(method)) return origins;
    }
    const holder = skipOuter(ts.isPropertyAccessExpression(callee) ? callee.expression : callee);
    if (this.#isOfNode(holder)) return [];
    return guesses(
      inside(
        [holder, ...call.arguments].flatMap((each) => next(skipSpread(each))),
        anyPart,
      ),
    );
  }

  /** What the callback of `map` gives for each element. */
  #ofMapped(call: ts.CallExpression, next: (each: ts.Expression) => readonly Origin[]): readonly Origin[] {
    const callback = call.arguments[0] && skipOuter(call.arguments[0]);
    if (callback !== undefined && (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback)))
      return answersOf(callback).flatMap((each) => heldAt(anyPart, next(each)));
    const callee = skipOuter(call.expression);
    return ts.isPropertyAccessExpression(callee) ? guesses(copies(next(callee.expression))) : [];
  }

  /** The function of the file that is called, by its own name or as a member. */
  #functionCalled(callee: ts.Expression): ts.FunctionLikeDeclaration | null {
    if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) return callee;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    if (!ts.isIdentifier(name) && !ts.isPrivateIdentifier(name)) return null;
    const symbol = ts.isIdentifier(callee)
      ? symbolOf(this.#model, callee)
      : this.#model.checker.getSymbolAtLocation(name);
    return symbol?.declarations?.map(functionOf).find((each) => each !== null) ?? null;
  }

  #isOfNode(node: ts.Expression): boolean {
    const declaration = ts.isIdentifier(node) ? symbolOf(this.#model, node)?.declarations?.[0] : undefined;
    return declaration !== undefined && isOfNode(declaration);
  }
}

/** The call of a function where it stands: `(function (x) { … })(x)`. */
function outerCallOf(fn: ts.SignatureDeclaration): ts.CallExpression | null {
  let node: ts.Node = fn;
  while (ts.isParenthesizedExpression(node.parent)) node = node.parent;
  const { parent } = node;
  return ts.isCallExpression(parent) && parent.expression === node ? parent : null;
}

const skipSpread = (node: ts.Expression): ts.Expression =>
  ts.isSpreadElement(node) ? node.expression : node;

/** A part of what origins stand for; the first part of a copy is what the origin holds. */
const inside = (origins: readonly Origin[], part: string): readonly Origin[] =>
  origins.flatMap((each): readonly Origin[] => {
    const [first, ...rest] = each.at;
    if (first === undefined) return [{ ...each, parts: [...each.parts, part], isCopy: false }];
    return first === part || first === anyPart || part === anyPart ? [{ ...each, at: rest }] : [];
  });

/** What an object made by `new` holds of what it was given. */
function ofNew(node: ts.NewExpression, next: (each: ts.Expression) => readonly Origin[]): readonly Origin[] {
  const name = node.expression.getText();
  const given = (node.arguments ?? []).flatMap((each) => next(skipSpread(each)));
  if (copyingClasses.test(name)) return [];
  if (views.test(name)) return guesses(given);
  if (/^(Proxy|WeakRef)$/.test(name)) return inside(given, anyPart);
  if (/^(Set|Map|WeakSet|WeakMap|Array)$/.test(name))
    return given.map((each) => (each.at.length === 0 ? { ...each, isCopy: true } : each));
  return guesses(heldAt(anyPart, given));
}

const guesses = (origins: readonly Origin[]): readonly Origin[] =>
  origins.map((each) => ({ ...each, isGuess: true }));

/** Something that holds the origins in a part of it. */
const heldAt = (part: string, origins: readonly Origin[]): readonly Origin[] =>
  origins.map((each) => ({ ...each, at: [part, ...each.at] }));

const copies = (origins: readonly Origin[]): readonly Origin[] =>
  origins.map((each) => ({ ...each, isCopy: true }));

/** Origins of what a literal spreads or holds. */
function held(
  node: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression,
  next: (each: ts.Expression) => readonly Origin[],
): readonly Origin[] {
  const below = (value: ts.Expression, part: string): readonly Origin[] => heldAt(part, next(value));
  const values = ts.isArrayLiteralExpression(node) ? node.elements : node.properties;
  return values.flatMap((each: ts.Expression | ts.ObjectLiteralElementLike) => {
    if (ts.isSpreadElement(each) || ts.isSpreadAssignment(each)) return copies(next(each.expression));
    if (ts.isPropertyAssignment(each)) return below(each.initializer, each.name.getText());
    if (ts.isShorthandPropertyAssignment(each)) return below(each.name, each.name.text);
    return ts.isArrayLiteralExpression(node) ? below(each as ts.Expression, anyPart) : [];
  });
}

const elementName = ({ argumentExpression }: ts.ElementAccessExpression): string =>
  ts.isStringLiteralLike(argumentExpression) ? argumentExpression.text : anyPart;

function partOf(node: ts.BindingElement): string {
  if (node.dotDotDotToken !== undefined || ts.isArrayBindingPattern(node.parent)) return anyPart;
  const key = node.propertyName ?? node.name;
  return ts.isIdentifier(key) || ts.isStringLiteralLike(key) ? key.text : anyPart;
}

function nameOf(model: SourceModel, fn: ts.SignatureDeclaration): ts.Symbol | undefined {
  const holder = ts.isFunctionDeclaration(fn)
    ? fn.name
    : ts.isVariableDeclaration(fn.parent)
      ? fn.parent.name
      : undefined;
  return holder !== undefined && ts.isIdentifier(holder)
    ? model.checker.getSymbolAtLocation(holder)
    : undefined;
}

/** The function with a body that a declaration stands for. */
function functionOf(declaration: ts.Declaration): ts.FunctionLikeDeclaration | null {
  if (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration))
    return declaration.body === undefined ? null : declaration;
  const isHolder =
    ts.isVariableDeclaration(declaration) ||
    ts.isPropertyAssignment(declaration) ||
    ts.isPropertyDeclaration(declaration);
  const value = isHolder && declaration.initializer ? skipOuter(declaration.initializer) : undefined;
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null;
}
