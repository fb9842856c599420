import ts from 'typescript';
import { contains } from '../../../code/scopes.ts';
import { isAssignmentOperator, isWrite, skipOuter } from '../../../code/bindings.ts';
import { changedParameters } from '../../../code/effects.ts';
import { referencesTo, symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import { answersOf } from '../../../code/answersOf.ts';
import { isPlainType, isPrimitiveType } from './typeKind.ts';
import {
  either,
  holding,
  isConditional,
  lossy,
  order,
  perhaps,
  plain,
  primitive,
  unknown,
  worst,
} from './lossOfValue.ts';
import type { ValueKind } from './lossOfValue.ts';

/** Values are followed through this many names and calls. */
const deepest = 8;

/** Where a value is looked at. */
interface Place {
  readonly model: SourceModel;
  /** Code whose parameters hold copies already; null where parameters may hold anything. */
  readonly inside: ts.Node | null;
  readonly depth: number;
  /** Variables that are being looked at: one that is made of itself adds nothing. */
  readonly open: ReadonlySet<ts.Symbol>;
}

/** What kind of value an expression gives. Parameters of functions in `inside` hold copies of plain data. */
export const valueKind = (
  model: SourceModel,
  expression: ts.Expression,
  inside: ts.Node | null = null,
): ValueKind => kindOf({ model, inside, depth: 0, open: new Set() }, expression);

function kindOf(place: Place, expression: ts.Expression): ValueKind {
  if (place.depth > deepest) return unknown(expression);
  if (ts.isAsExpression(expression) && isPrimitiveType(expression.type)) return primitive;
  const node = skipOuter(expression);
  const of = (each: ts.Expression): ValueKind => kindOf({ ...place, depth: place.depth + 1 }, each);
  if (isPrimitiveForm(node)) return primitive;
  if (ts.isRegularExpressionLiteral(node)) return plain;
  if (ts.isBinaryExpression(node)) return kindOfBinary(node, of);
  if (ts.isConditionalExpression(node)) return either([of(node.whenTrue), of(node.whenFalse)]);
  if (ts.isArrayLiteralExpression(node))
    return holding(node.elements.map((each) => of(ts.isSpreadElement(each) ? each.expression : each)));
  if (ts.isObjectLiteralExpression(node))
    return holding(node.properties.map((each) => kindOfProperty(each, of)));
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return lossy(node, 'a function');
  if (ts.isIdentifier(node)) return kindOfName(place, node);
  if (ts.isNewExpression(node)) return kindOfNew(place, node, of);
  if (ts.isCallExpression(node)) return kindOfCall(place, node, of);
  if (ts.isPropertyAccessExpression(node)) return kindOfMember(node, of);
  return ts.isElementAccessExpression(node) ? of(node.expression) : unknown(node);
}

const isPrimitiveForm = (node: ts.Expression): boolean =>
  (ts.isLiteralExpression(node) && !ts.isRegularExpressionLiteral(node)) ||
  ts.isTemplateExpression(node) ||
  ts.isTypeOfExpression(node) ||
  ts.isVoidExpression(node) ||
  ts.isDeleteExpression(node) ||
  ts.isPrefixUnaryExpression(node) ||
  ts.isPostfixUnaryExpression(node) ||
  ts.isOmittedExpression(node) ||
  [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind);

/** Operators that give one of their sides; all others give numbers, texts or truth. */
function kindOfBinary(node: ts.BinaryExpression, of: (each: ts.Expression) => ValueKind): ValueKind {
  const operator = node.operatorToken.getText();
  if (/^(\|\||&&|\?\?)=?$/.test(operator)) return either([of(node.left), of(node.right)]);
  return operator === ',' || operator === '=' ? of(node.right) : primitive;
}

function kindOfProperty(
  node: ts.ObjectLiteralElementLike,
  of: (each: ts.Expression) => ValueKind,
): ValueKind {
  if (ts.isSpreadAssignment(node)) return of(node.expression);
  if (ts.isShorthandPropertyAssignment(node)) return of(node.name);
  if (!ts.isPropertyAssignment(node)) return lossy(node, 'a method or getter');
  if (node.name.getText() === '__proto__') return lossy(node, 'an object with a prototype of its own');
  const key = ts.isComputedPropertyName(node.name) ? of(node.name.expression) : primitive;
  return key.kind === 'primitive' ? of(node.initializer) : worst([key, of(node.initializer)]);
}

const plainClasses =
  /^(Array|Object|Map|Set|Date|ArrayBuffer|DataView|Error|(Type|Range|Syntax)Error|(Int|Uint|Float|BigInt|BigUint)\d+(Clamped)?Array)$/;

function kindOfNew(
  { model }: Place,
  node: ts.NewExpression,
  of: (each: ts.Expression) => ValueKind,
): ValueKind {
  const name = node.expression.getText();
  const isOwn = ts.isIdentifier(node.expression) && symbolOf(model, node.expression) !== undefined;
  if (isOwn || !plainClasses.test(name)) return lossy(node, `an instance of ${name}`);
  return holding((node.arguments ?? []).map((each) => (holdsBuffer(each) ? unknown(each) : of(each))));
}

/** Buffers come back as such within lists and objects, in a Map or a Set as plain bytes. */
const holdsBuffer = (node: ts.Node): boolean => /\bBuffer\b|\.digest\(\)/.test(node.getText());

const primitiveFunctions =
  /^(String|Number|Boolean|BigInt|parseInt|parseFloat|isNaN|isFinite|encodeURI|encodeURIComponent|decodeURI|decodeURIComponent|escape|unescape|atob|btoa|JSON\.stringify|Date\.(now|parse|UTC)|Math\.\w+|Number\.\w+|String\.\w+|Array\.isArray|Object\.(is|isFrozen|hasOwn|isSealed)|BigInt\.\w+)$/;
const gathering = /^(Object\.(values|entries|fromEntries|groupBy)|Array\.(from|of)|Map\.groupBy)$/;

function kindOfCall(
  place: Place,
  node: ts.CallExpression,
  of: (each: ts.Expression) => ValueKind,
): ValueKind {
  const callee = skipOuter(node.expression);
  const name = callee.getText();
  const root = rootOf(callee);
  const isGlobal = ts.isIdentifier(root) && symbolOf(place.model, root) === undefined;
  if (isGlobal) {
    if (primitiveFunctions.test(name)) return primitive;
    if (/^(Object\.(keys|getOwnPropertyNames)|structuredClone|Buffer\.\w+|RegExp)$/.test(name)) return plain;
    if (name === 'JSON.parse') return node.arguments.length === 1 ? plain : unknown(node);
    if (gathering.test(name)) return holding(node.arguments.map((each) => kindMade(each, of)));
    if (/^Object\.(freeze|seal|preventExtensions)$/.test(name)) return lossy(node, 'a frozen object');
    if (name === 'Object.create') return lossy(node, 'an object with a prototype of its own');
    if (/^Symbol(\.for)?$/.test(name)) return lossy(node, 'a symbol');
  }
  if (ts.isPropertyAccessExpression(callee)) return kindOfMethod(node, callee, of);
  return ts.isIdentifier(callee) ? kindOfOwnCall(place, callee, node) : unknown(node);
}

function rootOf(expression: ts.Expression): ts.Expression {
  let node = skipOuter(expression);
  while (ts.isPropertyAccessExpression(node)) node = skipOuter(node.expression);
  return node;
}

/** What a callback makes of each element; other arguments count as they are. */
function kindMade(argument: ts.Expression, of: (each: ts.Expression) => ValueKind): ValueKind {
  const fn = skipOuter(argument);
  if (!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) return of(argument);
  return either(answersOf(fn).map(of));
}

const primitiveMethods =
  /^(join|toString|toFixed|toPrecision|indexOf|lastIndexOf|findIndex|findLastIndex|includes|every|some|has|charAt|charCodeAt|codePointAt|trim\w*|pad(Start|End)|repeat|replace(All)?|to(Lower|Upper)Case|startsWith|endsWith|localeCompare|normalize|search|test|push|unshift|forEach|get(UTC)?(Time|Date|Day|FullYear|Hours|Minutes|Month|Seconds|Milliseconds)|toISOString|toJSON|valueOf|read(Big)?(U?Int|Float|Double)\w*)$/;
const copying =
  /^(slice|concat|filter|sort|toSorted|reverse|toReversed|splice|toSpliced|with|flat|fill|find|findLast|at|pop|shift|get|set|add|split|subarray)$/;

function kindOfMethod(
  node: ts.CallExpression,
  callee: ts.PropertyAccessExpression,
  of: (each: ts.Expression) => ValueKind,
): ValueKind {
  const receiver = of(callee.expression);
  const method = callee.name.text;
  if (receiver.kind === 'lossy') return unknown(node);
  if (/^(keys|values|entries|matchAll)$/.test(method)) return lossy(node, 'an iterator');
  const isMap = /^(map|flatMap)$/.test(method);
  const made = isMap ? holding(node.arguments.map((each) => kindMade(each, of))) : plain;
  if (receiver.kind === 'unknown') return worst([receiver, made]);
  if (primitiveMethods.test(method)) return primitive;
  if (copying.test(method))
    return receiver.kind === 'primitive' && method !== 'split'
      ? primitive
      : receiver.kind === 'primitive'
        ? plain
        : receiver;
  if (isMap) return made;
  return /^reduce(Right)?$/.test(method)
    ? worst([
        receiver.kind === 'plain' ? plain : primitive,
        ...node.arguments.map((each) => kindMade(each, of)),
      ])
    : unknown(node);
}

/** What a function of the file gives. */
function kindOfOwnCall(place: Place, callee: ts.Identifier, node: ts.CallExpression): ValueKind {
  const symbol = symbolOf(place.model, callee);
  const declaration = symbol?.declarations?.[0];
  const fn =
    declaration !== undefined &&
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined
      ? skipOuter(declaration.initializer)
      : declaration;
  if (symbol === undefined || fn === undefined || !ts.isFunctionLike(fn)) return unknown(node);
  if (!('body' in fn) || fn.asteriskToken !== undefined) return unknown(node);
  if (fn.type !== undefined && isPrimitiveType(fn.type)) return primitive;
  if (place.open.has(symbol)) return primitive; // It calls itself: its other answers tell.
  const inner = { ...place, depth: place.depth + 1, open: new Set([...place.open, symbol]) };
  return either(answersOf(fn).map((each) => kindOf(inner, each)));
}

function kindOfMember(node: ts.PropertyAccessExpression, of: (each: ts.Expression) => ValueKind): ValueKind {
  if (/^(length|size|byteLength)$/.test(node.name.text)) return primitive;
  if (/^(Math|Number)\.\w+$/.test(node.getText())) return primitive;
  if (/^Symbol\.\w+$/.test(node.getText())) return lossy(node, 'a symbol');
  const holder = of(node.expression);
  return holder.kind === 'lossy' ? unknown(node) : holder;
}

function kindOfName(place: Place, name: ts.Identifier): ValueKind {
  const symbol = symbolOf(place.model, name);
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined)
    return /^(undefined|NaN|Infinity)$/.test(name.text) ? primitive : unknown(name);
  if (place.open.has(symbol)) return primitive; // Made of itself: what else it is made of tells.
  const inner = { ...place, depth: place.depth + 1, open: new Set([...place.open, symbol]) };
  const start = kindOfDeclaration(inner, declaration, name);
  if (order.indexOf(start.kind) > order.indexOf('plain')) return start;
  return worst([start, ...kindsWritten(inner, symbol, start)]);
}

function kindOfDeclaration(place: Place, declaration: ts.Declaration, name: ts.Identifier): ValueKind {
  if (ts.isFunctionLike(declaration) || ts.isClassLike(declaration)) return lossy(name, 'a function');
  const parameter = ts.findAncestor(declaration, ts.isParameter);
  if (parameter !== undefined) return kindOfParameter(place, parameter, declaration, name);
  if (ts.isBindingElement(declaration)) {
    const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
    const held = variable?.initializer === undefined ? unknown(name) : kindOf(place, variable.initializer);
    return either([
      held,
      ...(declaration.initializer === undefined ? [] : [kindOf(place, declaration.initializer)]),
    ]);
  }
  if (!ts.isVariableDeclaration(declaration)) return unknown(name);
  if (declaration.type !== undefined && isPlainType(declaration.type))
    return isPrimitiveType(declaration.type) ? primitive : plain;
  if (declaration.initializer !== undefined) return kindOf(place, declaration.initializer);
  const loop = declaration.parent.parent;
  if (ts.isForOfStatement(loop)) return kindOf(place, loop.expression);
  if (ts.isForInStatement(loop)) return primitive;
  return ts.isCatchClause(declaration.parent) ? unknown(name) : primitive;
}

function kindOfParameter(
  place: Place,
  parameter: ts.ParameterDeclaration,
  declaration: ts.Declaration,
  name: ts.Identifier,
): ValueKind {
  if (declaration === parameter && parameter.type !== undefined && isPlainType(parameter.type))
    return isPrimitiveType(parameter.type) ? primitive : plain;
  if (place.inside !== null && contains(place.inside, parameter)) return plain;
  const call = parameter.parent.parent;
  const isCallback = ts.isCallExpression(call) && call.arguments.includes(parameter.parent as ts.Expression);
  if (isCallback && ts.isPropertyAccessExpression(call.expression))
    return kindOf(place, call.expression.expression);
  // Within code that moves, functions of the file are called with what that code has.
  return place.inside === null ? unknown(name) : plain;
}

/** What is written to a variable, or into the object that it holds. */
function kindsWritten(place: Place, symbol: ts.Symbol, start: ValueKind): readonly ValueKind[] {
  return referencesTo(place.model, symbol).flatMap((use): readonly ValueKind[] => {
    // Another value may be assigned before or after it.
    if (isWrite(use)) return [perhaps(kindAssigned(place, use))];
    const put = start.kind === 'plain' ? kindsPutInto(place, use) : [];
    return isConditional(use) ? put.map(perhaps) : put;
  });
}

function kindAssigned(place: Place, use: ts.Identifier): ValueKind {
  const { parent } = use;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) return primitive;
  if (ts.isBinaryExpression(parent) && parent.left === use)
    return /^[-+*/%&|^<>]+=$/.test(parent.operatorToken.getText()) &&
      !/^(&&|\|\|)=$/.test(parent.operatorToken.getText())
      ? primitive
      : kindOf(place, parent.right);
  return unknown(use);
}

/** `x[k] = v`, `x.list.push(v)`, `x.set(k, v)`, and functions that may do anything to it. */
function kindsPutInto(place: Place, use: ts.Identifier): readonly ValueKind[] {
  let node: ts.Expression = use;
  let key: ValueKind = primitive;
  while (
    (ts.isPropertyAccessExpression(node.parent) || ts.isElementAccessExpression(node.parent)) &&
    node.parent.expression === node
  ) {
    node = node.parent;
    if (ts.isElementAccessExpression(node)) {
      const own = kindOf(place, node.argumentExpression);
      if (own.kind === 'lossy') key = own;
    }
  }
  const { parent } = node;
  if (
    ts.isBinaryExpression(parent) &&
    parent.left === node &&
    isAssignmentOperator(parent.operatorToken.kind)
  )
    return [key, kindOf(place, parent.right)];
  if (!ts.isCallExpression(parent)) return [];
  if (parent.expression === node) return kindsGivenToMethod(place, node, parent);
  return kindsGivenAway(place, parent, node);
}

function kindsGivenToMethod(
  place: Place,
  method: ts.Expression,
  call: ts.CallExpression,
): readonly ValueKind[] {
  const name = ts.isPropertyAccessExpression(method) ? method.name.text : '';
  if (!/^(push|unshift|set|add|fill|splice|concat|with)$/.test(name)) return [];
  return call.arguments.map((each) =>
    /^(set|add)$/.test(name) && holdsBuffer(each)
      ? unknown(each)
      : kindOf(place, ts.isSpreadElement(each) ? each.expression : each),
  );
}

/** An object that is passed to a function: frozen by `Object.freeze`, changed by functions of the file. */
function kindsGivenAway(
  { model }: Place,
  call: ts.CallExpression,
  argument: ts.Expression,
): readonly ValueKind[] {
  const callee = skipOuter(call.expression);
  if (/^Object\.(freeze|seal|preventExtensions|setPrototypeOf|definePropert(y|ies))$/.test(callee.getText()))
    return call.arguments[0] === argument ? [lossy(call, 'an object that is frozen or has accessors')] : [];
  if (callee.getText() === 'Object.assign' && call.arguments[0] === argument) return [unknown(call)];
  const declaration = ts.isIdentifier(callee) ? symbolOf(model, callee)?.declarations?.[0] : undefined;
  return declaration !== undefined &&
    ts.isFunctionDeclaration(declaration) &&
    changedParameters(model, declaration).size > 0
    ? [unknown(call)]
    : [];
}
