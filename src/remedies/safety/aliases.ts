import ts from 'typescript';
import { contains, enclosingFunction } from '../../code/scopes.ts';
import { isWrite, skipOuter } from '../../code/bindings.ts';
import { isMutator } from '../../code/effects.ts';
import { referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { givesParts } from '../../code/origin/knownCalls.ts';
import { anyPart, originsOf, originsOfName } from '../../code/origin/valueOrigin.ts';
import type { Origin } from '../../code/origin/valueOrigin.ts';
import { asProcess, globalRootOf, isProcessChange } from './globals.ts';
import type { GlobalRoot } from './globals.ts';
import { isRunnable, isState, moduleKey } from './heldState.ts';
import { isCalled, isImportOf, isSharedLocal, perRequest, rootKey, touchOf } from './touch.ts';
import type { Touch } from './touch.ts';

/** Something that others hold too, which a name leads to. */
interface Held {
  readonly key: string;
  /** As the source has it where the name got it: `state.list`. */
  readonly name: string;
  readonly owner: Touch['owner'];
  /** Which part of it is meant cannot be told further: an element, or what is behind a module. */
  readonly isClosed: boolean;
  readonly isCopy: boolean;
  readonly isGuess: boolean;
  /** Itself it does not change: only what hangs on it does. */
  readonly isFixed: boolean;
  readonly at: readonly string[];
}

/** Names are followed through this many others. */
const deepest = 6;

/** Finds the state that is touched under other names: `const { list } = state`, `const user = users.get(id)`, parameters. */
export class Aliases {
  readonly #model: SourceModel;
  readonly #held = new Map<ts.Symbol, readonly Held[]>();

  constructor(model: SourceModel) {
    this.#model = model;
  }

  /** What the use of a name in a function touches of what it is another name of. */
  touchesAt(node: ts.Identifier, fn: ts.Node): readonly Touch[] {
    const symbol = symbolOf(this.#model, node);
    if (symbol === undefined || isWrite(node)) return [];
    return this.#heldBy(symbol, fn).flatMap((held) => {
      const touch = this.#touchOf(node, symbol, held);
      return touch === null ? [] : [touch];
    });
  }

  /** Whether a function puts an object of its own where others find it: `jobs.push(job)`, `this.last = job`. */
  isPublished(symbol: ts.Symbol, fn: ts.Node): boolean {
    return referencesTo(this.#model, symbol).some((name) => {
      const holder = holderOf(name);
      return (
        holder !== null && originsOf(this.#model, holder).some((each) => this.#heldAt(each, fn, 0).length > 0)
      );
    });
  }

  /** Whether what an expression of a function gives may be an object that others hold. */
  isHeld(expression: ts.Expression, fn: ts.Node): boolean {
    return originsOf(this.#model, expression).some((origin) =>
      this.#heldAt(origin, fn, 0).some(
        ({ owner, name, isGuess }) => owner === 'shared' && !isGuess && !primitiveName.test(name),
      ),
    );
  }

  #heldBy(symbol: ts.Symbol, fn: ts.Node, depth = 0): readonly Held[] {
    const known = this.#held.get(symbol);
    if (known !== undefined) return known;
    this.#held.set(symbol, []); // While it is looked for: names that are made of each other add nothing.
    const found = originsOfName(this.#model, symbol)
      .flatMap((each) => this.#heldAt(each, fn, depth))
      // What callers own is theirs alone in the function that they call.
      .filter(({ owner }) => owner !== 'parameter' || !isParameter(symbol))
      .filter(({ isGuess }) => !isGuess || !(isParameter(symbol) && perRequest.test(symbol.name)));
    const distinct = [...new Map(found.map((each) => [each.key + each.at.join('.'), each])).values()];
    this.#held.set(symbol, distinct);
    return distinct;
  }

  #heldAt(origin: Origin, fn: ts.Node, depth: number): readonly Held[] {
    if (depth > deepest) return [];
    return this.#heldAtRoot(origin.root, fn, depth).flatMap((each) => below(each, origin).map(asProcess));
  }

  #heldAtRoot(root: Origin['root'], fn: ts.Node, depth: number): readonly Held[] {
    const global = globalRootOf(this.#model, root);
    if (global !== null) return [heldGlobal(global)];
    if (!ts.isIdentifier(root)) return [held('this', 'this', 'shared')];
    const symbol = symbolOf(this.#model, root);
    const declaration = symbol?.declarations?.[0];
    if (symbol === undefined || declaration === undefined) return [];
    if (isImportOf(declaration)) {
      const key = moduleKey(declaration);
      return key === null ? [] : [{ ...held(key, root.text, 'shared'), isClosed: true }];
    }
    const key = rootKey(symbol, declaration);
    if (isRunnable(declaration)) return [{ ...held(key, root.text, 'shared'), isFixed: true }];
    const others = this.#heldBy(symbol, fn, depth + 1);
    if (isParameter(symbol)) {
      const isOwn = ts.findAncestor(declaration, ts.isParameter)?.parent === fn;
      return isOwn && !perRequest.test(root.text)
        ? [held(root.text, root.text, 'parameter'), ...others]
        : others;
    }
    if (contains(fn, declaration))
      return isSharedLocal(this.#model, symbol, declaration, fn)
        ? [held(key, root.text, 'shared'), ...others]
        : others;
    const around = enclosingFunction(declaration);
    // A variable of a helper is as good as the helper's own.
    if (around !== null && !contains(around, fn)) return others;
    return isState(this.#model, symbol, declaration) ? [held(key, root.text, 'shared'), ...others] : others;
  }

  #touchOf(
    node: ts.Identifier,
    symbol: ts.Symbol,
    { key, name, owner, isClosed, isCopy, isGuess, isFixed, at }: Held,
  ): Touch | null {
    let root: ts.Expression = node;
    let [start, origin] = [key, name];
    for (const part of at) {
      const inner = memberAbove(root, part);
      if (inner === null) return null;
      root = inner;
    }
    if (isCopy) {
      const inner = heldAbove(root);
      if (inner === null) return null;
      root = inner;
      if (ts.isPropertyAccessExpression(inner)) start += `.${inner.name.text}`;
      origin += ts.isPropertyAccessExpression(inner) ? `.${inner.name.text}` : '[…]';
    }
    const touch = touchOf(root, start, owner);
    if (isFixed && touch.kind !== 'write' && touch.key === key) return null;
    const isUsed = touch.kind !== 'read' || touch.node !== root || isLookedInto(root);
    if (!isUsed && !(isHandedOn(root) && this.#mayBeObject(symbol, name))) return null;
    const own = touch.node.getText(this.#model.file);
    const whole = origin + own.slice(root.getText(this.#model.file).length);
    const named = own === whole ? own : `${whole} (${own})`;
    if (owner === 'process' && !isProcessChange({ ...touch, name: whole })) return null;
    return {
      ...touch,
      isGuess: isGuess && !(isFixed && touch.kind === 'write'),
      key: isClosed ? key : touch.key,
      name: named,
    };
  }

  /** Numbers and texts are copied, and what they were copied from does not matter any more. */
  #mayBeObject(symbol: ts.Symbol, name: string): boolean {
    if (primitiveName.test(name)) return false;
    const uses = referencesTo(this.#model, symbol);
    return uses.some(isLookedInto) || !uses.some(isPrimitiveUse);
  }
}

const held = (key: string, name: string, owner: Touch['owner']): Held => ({
  key,
  name,
  owner,
  isClosed: false,
  isCopy: false,
  isGuess: false,
  isFixed: false,
  at: [],
});

const heldGlobal = ({ key, name, owner, isBuiltin }: GlobalRoot): Held => ({
  ...held(key, name, owner),
  isClosed: owner === 'process',
  isGuess: isBuiltin,
  isFixed: isBuiltin,
});

/** What is held, followed along the way from its root. */
function below(start: Held, { parts, isCopy, isGuess, at }: Origin): readonly Held[] {
  let found = start;
  for (const part of parts) {
    const [first, ...rest] = found.at;
    if (first !== undefined) {
      if (first !== part && first !== anyPart && part !== anyPart) return [];
      found = { ...found, at: rest };
      continue;
    }
    const isClosed = found.isClosed || part === anyPart;
    found = {
      ...found,
      key: isClosed ? found.key : `${found.key}.${part}`,
      name: part === anyPart ? `${found.name}[…]` : `${found.name}.${part}`,
      isClosed,
      isCopy: false,
    };
  }
  return [
    { ...found, isCopy: found.isCopy || isCopy, isGuess: found.isGuess || isGuess, at: [...at, ...found.at] },
  ];
}

const isParameter = (symbol: ts.Symbol): boolean =>
  symbol.declarations?.some((each) => ts.findAncestor(each, ts.isParameter) !== undefined) === true;

/** `x.part` above `x`, or null; any member for `*`. */
function memberAbove(node: ts.Expression, part: string): ts.Expression | null {
  let { parent } = node;
  while (ts.isNonNullExpression(parent) || ts.isParenthesizedExpression(parent)) parent = parent.parent;
  if (ts.isElementAccessExpression(parent) && skipOuter(parent.expression) === node) return parent;
  if (!ts.isPropertyAccessExpression(parent) || skipOuter(parent.expression) !== node) return null;
  return part === anyPart || parent.name.text === part ? parent : null;
}

/** A part of a copy that the code reads: `copy.list`, `copy[0]`, `copy.at(0)`. Methods of the copy change only the copy. */
function heldAbove(node: ts.Expression): ts.Expression | null {
  const member = memberAbove(node, anyPart);
  if (member === null || !isCalled(member)) return member;
  const isAsked = ts.isPropertyAccessExpression(member) && givesParts.test(member.name.text);
  return isAsked ? (member.parent as ts.CallExpression) : null;
}

/** What a name is put into: the object of a method that keeps its argument, or of a property that is set; else null. */
function holderOf(name: ts.Identifier): ts.Expression | null {
  let node: ts.Node = name;
  while (
    ts.isShorthandPropertyAssignment(node.parent) ||
    ts.isObjectLiteralExpression(node.parent) ||
    ts.isArrayLiteralExpression(node.parent) ||
    (ts.isPropertyAssignment(node.parent) && node.parent.initializer === node)
  )
    node = node.parent;
  const { parent } = node;
  if (ts.isCallExpression(parent) && parent.expression !== node) {
    const callee = skipOuter(parent.expression);
    return ts.isPropertyAccessExpression(callee) && isMutator(callee.name.text) ? callee.expression : null;
  }
  if (!ts.isBinaryExpression(parent) || parent.right !== node) return null;
  return parent.operatorToken.kind === ts.SyntaxKind.EqualsToken ? parent.left : null;
}

const isLookedInto = (node: ts.Expression): boolean => {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.expression === node) ||
    (ts.isElementAccessExpression(parent) && parent.expression === node) ||
    (ts.isForOfStatement(parent) && parent.expression === node) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    (ts.isVariableDeclaration(parent) && !ts.isIdentifier(parent.name))
  );
};

/** Given to somebody: an argument, an answer, a part of another object. */
const isHandedOn = ({ parent }: ts.Expression): boolean =>
  ts.isCallExpression(parent) ||
  ts.isNewExpression(parent) ||
  ts.isReturnStatement(parent) ||
  ts.isArrowFunction(parent) ||
  ts.isPropertyAssignment(parent) ||
  ts.isShorthandPropertyAssignment(parent) ||
  ts.isArrayLiteralExpression(parent);

/** Properties that hold numbers and texts in anybody's code. */
const primitiveName =
  /\.(id|name|length|size|count|total|port|host|path|url|key|type|status|text|title|message|version|index|limit|\w+(Id|Count|Name|Path|Url|Key|Ms|At))$/;

const isPrimitiveUse = ({ parent }: ts.Expression): boolean =>
  ts.isTemplateSpan(parent) ||
  ts.isPrefixUnaryExpression(parent) ||
  ts.isPostfixUnaryExpression(parent) ||
  (ts.isBinaryExpression(parent) && /^(\*\*|[-+*/%<>]|[<>]=)=?$/.test(parent.operatorToken.getText()));
