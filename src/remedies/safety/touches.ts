import ts from 'typescript';
import { contains, enclosingFunction } from '../../code/scopes.ts';
import { isAssigned, isAssignmentOperator, isWrite, skipOuter } from '../../code/bindings.ts';
import { firstOutsideWrite, isMutator } from '../../code/effects.ts';
import { referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** One use of something that other code can reach too, in the order of the text. */
export interface Touch {
  /** What is used, the same for all uses of it in a file; parts are behind dots. */
  readonly key: string;
  /** The same as the source has it. */
  readonly name: string;
  readonly kind: 'read' | 'write' | 'call';
  /** Whose it is: anybody's, the caller's (a parameter), or the whole process's. */
  readonly owner: 'shared' | 'parameter' | 'process';
  /** Offset at which it happens: of the call of a helper that does it, too. */
  readonly at: number;
  /** Where its old value is read first, when it is changed from that: `n += …`, `n ??= …`. */
  readonly readAt: number | null;
  readonly node: ts.Node;
}

/** Helpers are looked into this deep. */
const mostHelpers = 6;

/** Everything that a function and the helpers it calls in this file use and that outlives the call. */
export function touchesIn(model: SourceModel, fn: ts.Node): readonly Touch[] {
  return new TouchReader(model).read(fn, 0).sort((a, b) => a.at - b.at);
}

class TouchReader {
  readonly #model: SourceModel;
  /** Functions that are being read or were: recursion ends here. */
  readonly #seen = new Set<ts.Node>();
  /** What was found in each, so that a helper of many is read once. */
  readonly #read = new Map<ts.Node, Touch[]>();

  constructor(model: SourceModel) {
    this.#model = model;
  }

  read(fn: ts.Node, depth: number): Touch[] {
    const known = this.#read.get(fn);
    if (known !== undefined) return known;
    this.#seen.add(fn);
    const found: Touch[] = [];
    const visit = (node: ts.Node): void => {
      const touch = this.#touchAt(node, fn);
      if (touch !== null) found.push(touch);
      if (ts.isCallExpression(node)) found.push(...this.#behind(node, depth));
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(fn, visit);
    this.#read.set(fn, found);
    return found;
  }

  /** What a helper of this file does, as if it happened at the call. */
  #behind(call: ts.CallExpression, depth: number): readonly Touch[] {
    const helper = depth < mostHelpers ? helperOf(this.#model, call) : null;
    if (helper === null || (this.#seen.has(helper) && !this.#read.has(helper))) return [];
    return this.read(helper, depth + 1)
      .filter(({ owner }) => owner !== 'parameter')
      .map((touch) => ({ ...touch, at: call.end, readAt: null, node: call }));
  }

  #touchAt(node: ts.Node, fn: ts.Node): Touch | null {
    if (node.kind === ts.SyntaxKind.ThisKeyword) return touchOf(node as ts.Expression, 'this', 'shared');
    if (!ts.isIdentifier(node) || isJustName(node)) return null;
    const symbol = node.text === 'globalThis' ? undefined : symbolOf(this.#model, node);
    if (symbol === undefined) return processTouch(node);
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined) return null;
    const parameter = ts.findAncestor(declaration, ts.isParameter);
    if (parameter?.parent === fn) return parameterTouch(node);
    const root = `${symbol.name}@${String(declaration.pos)}`;
    if (contains(fn, declaration))
      return isSharedLocal(this.#model, symbol, declaration, fn) ? touchOf(node, root, 'shared') : null;
    if (isImportOf(declaration)) return importTouch(node, declaration);
    if (isRunnable(declaration)) return ownPropertyTouch(this.#model, node, root);
    if (isSteppingPattern(node, declaration)) return { ...touchOf(node, root, 'shared'), kind: 'write' };
    return isState(this.#model, symbol, declaration) ? touchOf(node, root, 'shared') : null;
  }
}

/** A class or a function, which can hold properties of its own. */
const isRunnable = (declaration: ts.Declaration): boolean => {
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  return value !== undefined && (ts.isClassLike(value) || ts.isFunctionLike(value));
};

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

function isJustName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  return ts.isTypeNode(parent) || (parent as ts.NamedDeclaration).name === node;
}

function touchOf(root: ts.Expression, rootKey: string, owner: Touch['owner']): Touch {
  let node = root;
  let key = rootKey;
  for (;;) {
    const { parent } = node;
    if (ts.isNonNullExpression(parent)) node = parent;
    else if (ts.isPropertyAccessExpression(parent) && parent.expression === node && !isCalled(parent)) {
      node = parent;
      key += `.${parent.name.text}`;
    } else break;
  }
  const { parent } = node;
  const method = ts.isPropertyAccessExpression(parent) && isCalled(parent) ? parent : null;
  const target = ts.isElementAccessExpression(parent) && parent.expression === node ? parent : node;
  const kind = isWritten(target) || (method !== null && isMutator(method.name.text)) ? 'write' : 'read';
  const isCall = method !== null || isCalled(node);
  const call = isCall ? (method ?? node).parent : target.parent;
  const at = kind === 'write' || isCall ? call.end : node.getStart();
  return {
    key,
    name: node.getText(),
    kind: isCall && kind === 'read' ? 'call' : kind,
    owner,
    at,
    readAt: isUpdate(target.parent) ? target.getStart() : null,
    node,
  };
}

const isUpdate = (node: ts.Node): boolean =>
  ts.isBinaryExpression(node) &&
  isAssignmentOperator(node.operatorToken.kind) &&
  node.operatorToken.kind !== ts.SyntaxKind.EqualsToken;

const isCalled = (node: ts.Node): boolean =>
  (ts.isCallExpression(node.parent) || ts.isNewExpression(node.parent)) && node.parent.expression === node;

function isWritten(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isIdentifier(node) && isWrite(node)) return true;
  if (ts.isBinaryExpression(parent))
    return parent.left === node && isAssignmentOperator(parent.operatorToken.kind);
  const isStep =
    (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) &&
    (parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken);
  return isStep || ts.isDeleteExpression(parent) || isChangedByObject(node);
}

/** `Object.assign(x, …)` and its kin change their first argument. */
const isChangedByObject = (node: ts.Expression): boolean =>
  ts.isCallExpression(node.parent) &&
  node.parent.arguments[0] === node &&
  /^(Object\.(assign|define\w+|setPrototypeOf|freeze|seal)|Reflect\.\w+)$/.test(
    node.parent.expression.getText(),
  );

/** What belongs to the process: its folder, environment, exit code, and what hangs on the global object. */
function processTouch(node: ts.Identifier): Touch | null {
  if (/^(globalThis|global|window|self)$/.test(node.text)) return touchOf(node, 'global', 'shared');
  const access = node.parent;
  if (node.text !== 'process' || !ts.isPropertyAccessExpression(access)) return null;
  const isChange = /^(chdir|umask|setuid|setgid|setegid|seteuid|abort)$/.test(access.name.text);
  const chain = ts.isPropertyAccessExpression(access.parent) && !isCalled(access) ? access.parent : access;
  if (!isChange && !isWritten(chain)) return null;
  const at = isCalled(access) ? access.parent.end : chain.parent.end;
  const name = isCalled(access) ? access.parent.getText() : chain.getText();
  return { key: 'process', name, kind: 'write', owner: 'process', at, readAt: null, node: access };
}

/** Objects of one request or event, which nobody else changes. */
const perRequest = /^_?(req|request|res|response|reply|ctx|context|c|next|done|event)$/;

function parameterTouch(node: ts.Identifier): Touch | null {
  if (perRequest.test(node.text)) return null;
  const touch = touchOf(node, node.text, 'parameter');
  // A parameter that is never looked into may as well be a number; called ones are functions.
  return touch.node === node && touch.kind === 'read' ? null : touch;
}

const isImportOf = (declaration: ts.Declaration): boolean =>
  ts.findAncestor(declaration, ts.isImportDeclaration) !== undefined || requireOf(declaration) !== null;

function requireOf(declaration: ts.Declaration): string | null {
  const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
  const text = variable?.initializer?.getText() ?? '';
  return /^(?:await )?(?:require|import)\(['"]([^'"]+)['"]\)/.exec(text)?.[1] ?? null;
}

/** Modules whose functions depend on nothing but their arguments, or whose effects are looked at elsewhere. */
const statelessModules =
  /^(node:.*|fs|fs\/promises|path|url|util|crypto|zlib|os|querystring|assert|buffer|string_decoder|child_process|timers|timers\/promises|stream|events|http|https|net|worker_threads|perf_hooks|lodash|lodash-es|ramda|date-fns|uuid|nanoid|semver|mime|mime-types|marked|escape-html|he|ms|bytes|qs|zod|joi|ajv)$/;

/** State behind a module is told apart by the module alone. */
function importTouch(node: ts.Identifier, declaration: ts.Declaration): Touch | null {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  const specifier =
    statement === undefined ? requireOf(declaration) : statement.moduleSpecifier.getText().slice(1, -1);
  if (specifier === null || statelessModules.test(specifier)) return null;
  const touch = touchOf(node, `module ${specifier}`, 'shared');
  return { ...touch, key: `module ${specifier}` };
}

/** Whether a variable outside of a function can change: it is assigned, or holds something that is or may be changed. */
function isState(model: SourceModel, symbol: ts.Symbol, declaration: ts.Declaration): boolean {
  const holder = ts.isBindingElement(declaration)
    ? ts.findAncestor(declaration, ts.isVariableDeclaration)
    : declaration;
  if (ts.isParameter(declaration) || (holder !== undefined && ts.isParameter(holder))) return true;
  if (holder === undefined || !ts.isVariableDeclaration(holder)) return false;
  if (isAssigned(model, symbol)) return true;
  const value = holder.initializer && skipOuter(holder.initializer);
  if (value === undefined) return true;
  if (isConstantValue(value)) return false;
  if (!isPlainHolder(value)) return true;
  const change = firstOutsideWrite(model, model.file, (each) => each === symbol);
  return (change !== null && change !== holder.parent) || leaves(model, symbol);
}

const isConstantValue = (value: ts.Expression): boolean =>
  ts.isLiteralExpression(value) ||
  ts.isTemplateExpression(value) ||
  ts.isFunctionLike(value) ||
  ts.isClassExpression(value) ||
  ts.isPrefixUnaryExpression(value) ||
  ts.isBinaryExpression(value) ||
  /^(true|false|null|undefined|__dirname|__filename|import\.meta\.\w+)$/.test(value.getText()) ||
  (ts.isNewExpression(value) &&
    /^(RegExp|URL|TextEncoder|TextDecoder|Intl\.\w+|Error)$/.test(value.expression.getText())) ||
  (ts.isCallExpression(value) &&
    /^(path\.\w+|join|resolve|dirname|fileURLToPath|require|Symbol|promisify|util\.promisify|Number|String|parseInt|\w+\.promisify)$/.test(
      value.expression.getText(),
    ));

/** Literals and collections, whose changes can be seen in the file. */
const isPlainHolder = (value: ts.Expression): boolean =>
  ts.isObjectLiteralExpression(value) ||
  ts.isArrayLiteralExpression(value) ||
  (ts.isNewExpression(value) && /^(Map|Set|WeakMap|WeakSet|Array)$/.test(value.expression.getText()));

/** Whether an object is handed to others, who may change it. */
const leaves = (model: SourceModel, symbol: ts.Symbol): boolean =>
  referencesTo(model, symbol).some(
    ({ parent }) =>
      ts.isExportSpecifier(parent) ||
      ts.isReturnStatement(parent) ||
      (ts.isCallExpression(parent) && !/^(JSON|Object|console)\./.test(parent.expression.getText())),
  );

/** A local variable that a callback changes, which can now happen during the wait. */
function isSharedLocal(
  model: SourceModel,
  symbol: ts.Symbol,
  declaration: ts.Declaration,
  fn: ts.Node,
): boolean {
  if (!ts.isVariableDeclaration(declaration)) return false;
  const inner = referencesTo(model, symbol).filter((each) => {
    const around = enclosingFunction(each);
    return around !== null && around !== fn && contains(fn, around) && !runsAtOnce(around);
  });
  return inner.some((name) => touchOf(name, '', 'shared').kind === 'write');
}

/** Callbacks of array methods and functions called where they stand. */
const runsAtOnce = (fn: ts.Node): boolean => {
  const { parent } = fn;
  if (!ts.isCallExpression(parent)) return ts.isParenthesizedExpression(parent);
  return (
    ts.isPropertyAccessExpression(parent.expression) &&
    /^(map|forEach|filter|reduce|reduceRight|some|every|flatMap|find|findIndex|findLast|findLastIndex|sort|toSorted|replace|replaceAll|from)$/.test(
      parent.expression.name.text,
    )
  );
};
