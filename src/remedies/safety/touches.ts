import ts from 'typescript';
import { contains } from '../../code/scopes.ts';
import { skipOuter } from '../../code/bindings.ts';
import { changedParameters } from '../../code/effects.ts';
import { isStateless, isStringMethod } from '../../code/origin/knownCalls.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { Aliases } from './aliases.ts';
import { globalRootOf, globalTouch } from './globals.ts';
import { isRunnable, isState, moduleKey } from './heldState.ts';
import {
  isCalled,
  isImportOf,
  isJustName,
  isSharedLocal,
  isWritten,
  perRequest,
  rootKey,
  touchOf,
} from './touch.ts';
import type { Touch } from './touch.ts';

/** Helpers are looked into this deep. */
const mostHelpers = 6;

/** A plan asks again for each wait in a function, and for each caller. */
const found = new WeakMap<SourceModel, WeakMap<ts.Node, readonly Touch[]>>();

/** Everything that a function and the helpers it calls in this file use and that outlives the call. */
export function touchesIn(model: SourceModel, fn: ts.Node): readonly Touch[] {
  const ofModel = found.get(model) ?? new WeakMap<ts.Node, readonly Touch[]>();
  found.set(model, ofModel);
  const touches = ofModel.get(fn) ?? new TouchReader(model).read(fn, 0).sort((a, b) => a.at - b.at);
  ofModel.set(fn, touches);
  return touches;
}

/** A call, or the use of a property that an accessor answers. */
type Use = ts.CallExpression | ts.PropertyAccessExpression;

class TouchReader {
  readonly #model: SourceModel;
  readonly #aliases: Aliases;
  /** Functions that are being read or were: recursion ends here. */
  readonly #seen = new Set<ts.Node>();
  /** What was found in each, so that a helper of many is read once. */
  readonly #read = new Map<ts.Node, Touch[]>();

  constructor(model: SourceModel) {
    this.#model = model;
    this.#aliases = new Aliases(model);
  }

  read(fn: ts.Node, depth: number): Touch[] {
    const known = this.#read.get(fn);
    if (known !== undefined) return known;
    this.#seen.add(fn);
    const found: Touch[] = [];
    const visit = (node: ts.Node): void => {
      found.push(...this.#touchesAt(node, fn).map((touch) => this.#changedByHelper(touch)));
      if (ts.isCallExpression(node))
        found.push(...this.#behind(node, helperOf(this.#model, node), depth, fn));
      if (ts.isPropertyAccessExpression(node))
        for (const each of accessorsOf(this.#model, node)) found.push(...this.#behind(node, each, depth, fn));
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(fn, visit);
    this.#read.set(fn, found);
    return found;
  }

  /** What a helper or an accessor of this file does, as if it happened where it is used. */
  #behind(use: Use, helper: ts.Node | null, depth: number, fn: ts.Node): readonly Touch[] {
    if (helper === null || depth >= mostHelpers) return [];
    if (this.#seen.has(helper) && !this.#read.has(helper)) return [];
    const at = ts.isCallExpression(use) ? use.end : momentOf(use).end;
    return this.read(helper, depth + 1)
      .filter(({ owner }) => owner !== 'parameter')
      .flatMap((touch) => this.#onReceiver(touch, use, helper, fn))
      .map((touch) => ({ ...touch, at, readAt: null, node: use }));
  }

  /** What a method does to `this`, it does to the object that it is called on. */
  #onReceiver(touch: Touch, use: Use, helper: ts.Node, fn: ts.Node): readonly Touch[] {
    const member = ts.isCallExpression(use) ? skipOuter(use.expression) : use;
    const isOfThis = /^this(\.|$)/.test(touch.key) && !ts.isArrowFunction(helper);
    if (!isOfThis || !ts.isPropertyAccessExpression(member)) return [touch];
    const receiver = skipOuter(member.expression);
    if (!ts.isIdentifier(receiver)) return [touch];
    const part = touch.key.slice('this'.length);
    const named = { ...touch, name: `${receiver.text}${touch.name.slice('this'.length)}` };
    return this.#keysOf(receiver, fn).map((key) => ({ ...named, key: key + part }));
  }

  /** What a name stands for, by the keys of its touches; none where it is the function's own. */
  #keysOf(name: ts.Identifier, fn: ts.Node): readonly string[] {
    const symbol = symbolOf(this.#model, name);
    const declaration = symbol?.declarations?.[0];
    if (symbol !== undefined && declaration !== undefined && isRunnable(declaration))
      return [rootKey(symbol, declaration)];
    return [...new Set(this.#touchesAt(name, fn).map(({ key }) => key))];
  }

  /** What is given to a helper that changes it is changed by the call. */
  #changedByHelper(touch: Touch): Touch {
    const call = touch.node.parent;
    if (touch.kind !== 'read' || !ts.isCallExpression(call)) return touch;
    const index = call.arguments.indexOf(touch.node as ts.Expression);
    const helper = index === -1 ? null : helperOf(this.#model, call);
    if (helper === null || !isPlainFunction(helper) || !changedParameters(this.#model, helper).has(index))
      return touch;
    return { ...touch, kind: 'write', at: call.end };
  }

  /** What the use of a name touches: what it is itself, and what it is another name of. */
  #touchesAt(node: ts.Node, fn: ts.Node): readonly Touch[] {
    const own = ts.isCallExpression(node) ? loadedTouch(node) : this.#touchAt(node, fn);
    const aliased = ts.isIdentifier(node) && !isJustName(node) ? this.#aliases.touchesAt(node, fn) : [];
    return own === null ? aliased : [own, ...aliased.filter(({ key }) => key !== own.key)];
  }

  #touchAt(node: ts.Node, fn: ts.Node): Touch | null {
    if (!isNameOrThis(node) || isJustName(node)) return null;
    const global = globalRootOf(this.#model, node);
    if (global !== null) return globalTouch(node, global);
    if (!ts.isIdentifier(node)) return touchOf(node, 'this', 'shared');
    const symbol = symbolOf(this.#model, node);
    const declaration = symbol?.declarations?.[0];
    if (symbol === undefined || declaration === undefined) return null;
    const parameter = ts.findAncestor(declaration, ts.isParameter);
    if (parameter?.parent === fn) return parameterTouch(node);
    const root = rootKey(symbol, declaration);
    if (isImportOf(declaration)) return importTouch(node, declaration);
    if (contains(fn, declaration)) {
      if (isSharedLocal(this.#model, symbol, declaration, fn)) return touchOf(node, root, 'shared');
      return this.#aliases.isPublished(symbol, fn) ? ownPropertyTouch(this.#model, node, root) : null;
    }
    if (isRunnable(declaration)) return ownPropertyTouch(this.#model, node, root);
    if (isSteppingPattern(node, declaration)) return { ...touchOf(node, root, 'shared'), kind: 'write' };
    if (!isState(this.#model, symbol, declaration)) return null;
    const touch = touchOf(node, root, 'shared');
    return touch.node === node && touch.kind === 'call'
      ? { ...touch, key: madeTogether(declaration) ?? root }
      : touch;
  }
}

/** Functions that one call gives share what they close over: `const [get, set] = cell()`. */
function madeTogether(declaration: ts.Declaration): string | null {
  const holder = ts.isBindingElement(declaration)
    ? ts.findAncestor(declaration, ts.isVariableDeclaration)
    : undefined;
  return holder === undefined ? null : `${holder.name.getText()}@${String(holder.pos)}`;
}

const isNameOrThis = (node: ts.Node): node is ts.Identifier | ts.ThisExpression =>
  ts.isIdentifier(node) || node.kind === ts.SyntaxKind.ThisKeyword;

const isPlainFunction = (
  fn: ts.Node,
): fn is ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression =>
  ts.isFunctionDeclaration(fn) || ts.isArrowFunction(fn) || ts.isFunctionExpression(fn);

/** `Counter.last`, `load.calls`: state where the file changes a property of that name. */
function ownPropertyTouch(model: SourceModel, node: ts.Identifier, root: string): Touch | null {
  const touch = touchOf(node, root, 'shared');
  const name = touch.key.slice(root.length + 1).split('.')[0] ?? '';
  if (name === '') return null;
  const change = new RegExp(
    String.raw`\.${name.replaceAll('$', String.raw`\$`)}(\[[^\]]*\])?\s*(\+\+|--|([-+*/%|&^?<>]|\*\*|\|\||&&)*=[^=>])`,
  );
  const isChanged = change.test(model.text) || model.text.includes(`.${name}.`);
  return isChanged ? touch : null;
}

/** A pattern that remembers where it has got to, used in a way that asks for that. */
function isSteppingPattern(node: ts.Identifier, declaration: ts.Declaration): boolean {
  if (!ts.isPropertyAccessExpression(node.parent) || !/^(exec|test|lastIndex)$/.test(node.parent.name.text))
    return false;
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  if (value === undefined) return false;
  if (ts.isRegularExpressionLiteral(value)) return /[gy][a-z]*$/.test(value.text);
  const flags =
    ts.isNewExpression(value) && value.expression.getText() === 'RegExp' ? value.arguments?.[1] : undefined;
  return flags !== undefined && !(ts.isStringLiteralLike(flags) && !/[gy]/.test(flags.text));
}

/** The getters and setters of this file that the use of a property runs, when they can be told. */
const accessorsOf = (model: SourceModel, { name }: ts.PropertyAccessExpression): readonly ts.Node[] =>
  model.checker.getSymbolAtLocation(name)?.declarations?.filter(ts.isAccessor) ?? [];

/** An assignment ends after its right side was computed. */
const momentOf = (access: ts.PropertyAccessExpression): ts.Node =>
  isWritten(access) ? access.parent : access;

/** The function of this file that a call runs, when it can be told. */
export function helperOf(model: SourceModel, call: ts.CallExpression): ts.Node | null {
  const callee = skipOuter(call.expression);
  if (ts.isArrowFunction(callee) || ts.isFunctionExpression(callee)) return null; // Its body is read in place.
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
  const symbol = ts.isIdentifier(name) ? symbolOf(model, name) : model.checker.getSymbolAtLocation(name);
  for (const declaration of symbol?.declarations ?? []) {
    if (ts.isFunctionLike(declaration) && 'body' in declaration && declaration.body !== undefined)
      return declaration;
    const value =
      ts.isVariableDeclaration(declaration) ||
      ts.isPropertyAssignment(declaration) ||
      ts.isPropertyDeclaration(declaration)
        ? declaration.initializer
        : undefined;
    if (value !== undefined && ts.isFunctionLike(skipOuter(value))) return skipOuter(value);
  }
  return null;
}

function parameterTouch(node: ts.Identifier): Touch | null {
  if (perRequest.test(node.text)) return null;
  const touch = touchOf(node, node.text, 'parameter');
  const { parent } = touch.node;
  if (ts.isPropertyAccessExpression(parent) && isCalled(parent) && isStringMethod(parent.name.text))
    return null;
  // A parameter that is never looked into may as well be a number; called ones are functions.
  return touch.node === node && touch.kind === 'read' ? null : touch;
}

/** `require('./state.js').n = 1`, `(await import('./state.js')).n`: what hangs on a module loaded on the spot. */
function loadedTouch(call: ts.CallExpression): Touch | null {
  const specifier = loadedBy(call);
  if (specifier === null || isStateless(specifier)) return null;
  let root: ts.Expression = call;
  while (ts.isAwaitExpression(root.parent) || ts.isParenthesizedExpression(root.parent)) root = root.parent;
  const key = `module ${specifier}`;
  const touch = touchOf(root, key, 'shared');
  return touch.node === root && touch.kind === 'read' ? null : { ...touch, key };
}

function loadedBy({ expression, arguments: [first] }: ts.CallExpression): string | null {
  const isLoad = expression.kind === ts.SyntaxKind.ImportKeyword || expression.getText() === 'require';
  return isLoad && first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
}

/** State behind a module is told apart by the module alone. */
function importTouch(node: ts.Identifier, declaration: ts.Declaration): Touch | null {
  const key = moduleKey(declaration);
  return key === null ? null : { ...touchOf(node, key, 'shared'), key };
}
