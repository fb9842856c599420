import ts from 'typescript';
import { nameOfFunction } from '../remedies/awaitContext.ts';
import type { Refusal } from '../remedies/plan.ts';
import { refusalAt } from '../remedies/refuse.ts';
import type { PlainFunction } from './asyncFunction.ts';
import { callbackPlaceOf } from './callbackPlace.ts';
import type { ProjectModel } from './projectModel.ts';
import { referencesOf } from './references.ts';

/** What making a function async means for one place that uses it. */
export type Use =
  /** Its answer is used: it has to be awaited. `together` awaits a list of answers. */
  | { readonly kind: 'await'; readonly call: ts.CallExpression; readonly together: boolean }
  | { readonly kind: 'fine' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const fine: Use = { kind: 'fine' };

/** Finds all uses of functions in a project. Holds the walk's state, so that parameters are followed only once. */
export class UseFinder {
  readonly #project: ProjectModel;
  readonly #express: number | null;
  readonly #followed = new Set<ts.Node>();

  constructor(project: ProjectModel, express: number | null) {
    this.#project = project;
    this.#express = express;
  }

  /** Every use of a function: where it is written as a value, and where its name is. */
  usesOf(fn: PlainFunction): readonly Use[] {
    if (ts.isFunctionDeclaration(fn) || ts.isMethodDeclaration(fn)) return this.#usesOfNames([fn], fn);
    const own = fn.name === undefined ? [] : this.#usesOfNames([fn], fn);
    return [...own, ...this.#usesOfValue(fn, fn)];
  }

  #usesOfNames(declarations: readonly ts.Node[], fn: ts.Node): readonly Use[] {
    const { names, suspects } = referencesOf(this.#project, declarations);
    const uses = names.flatMap((name) => this.#usesOfValue(name, fn));
    return [...uses, ...suspects.map((name) => this.#suspectUse(name, fn))];
  }

  /** A property of the same name on an unknown object: harmless when its answer is awaited already. */
  #suspectUse(name: ts.MemberName, fn: ts.Node): Use {
    const access = name.parent;
    if (ts.isCallExpression(access.parent) && access.parent.expression === access && isAwaited(access.parent))
      return fine;
    return this.#refused(
      name,
      `${name.text} here may be ${nameOfFunction(fn)}, whose callers would have to wait for it.`,
    );
  }

  #refused(node: ts.Node, message: string): Use {
    const refusal = refusalAt(this.#project.modelOf(node), node, 'caller-cannot-become-async', message);
    return { kind: 'refused', refusal };
  }

  /** What happens to the value of an expression that is the function. */
  #usesOfValue(expression: ts.Expression | ts.MemberName, fn: ts.Node): readonly Use[] {
    const node = outermost(expression);
    const { parent } = node;
    if (isName(node) || ts.isTypeNode(parent)) return [fine];
    if (ts.isCallExpression(parent)) return this.#usesAsCall(parent, node, fn);
    if (ts.isNewExpression(parent)) return [this.#usedByConstructor(parent, node)];
    if (ts.isVariableDeclaration(parent) && parent.initializer === node)
      return this.#usesAsVariable(parent, node, fn);
    if (isTest(parent, node)) return [fine];
    if (ts.isPropertyAccessExpression(parent) && parent.expression === node)
      return this.#usesAsReceiver(parent, node);
    if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent))
      return this.#usesAsProperty(parent, node, fn);
    if (ts.isPropertyDeclaration(parent) && parent.initializer === node)
      return this.#usesOfNames([parent], fn);
    if (ts.isExportAssignment(parent)) return node === fn ? this.#usesOfNames([parent], fn) : [fine];
    if (ts.isBinaryExpression(parent)) return this.#usesAsAssigned(parent, node, fn);
    return [
      this.#refused(node, `${nameOfFunction(fn)} is used as a value here, so who calls it is not known.`),
    ];
  }

  #usedByConstructor(made: ts.NewExpression, node: ts.Expression): Use {
    const place = callbackPlaceOf(made, this.#express);
    return this.#refused(node, place.kind === 'refused' ? place.message : 'A constructor does not wait.');
  }

  #usesAsCall(call: ts.CallExpression, node: ts.Expression, fn: ts.Node): readonly Use[] {
    if (call.expression === node) return [{ kind: 'await', call, together: false }];
    const place = callbackPlaceOf(call, this.#express);
    if (place.kind === 'waits') return [fine];
    if (place.kind === 'map') return [{ kind: 'await', call, together: true }];
    const parameter = this.#parameterFor(call, node);
    if (parameter !== null) return this.#usesOfParameter(parameter, fn);
    const callee = call.expression.getText().replace(/\s+/g, ' ').slice(0, 40);
    const unknown = `Whether ${callee}() would wait for ${nameOfFunction(fn)} is not known.`;
    return [this.#refused(node, place.kind === 'refused' ? place.message : unknown)];
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
    const isConst = (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
    if (!isConst || !ts.isIdentifier(declaration.name)) {
      return [this.#refused(node, `${nameOfFunction(fn)} is put into a variable that may change.`)];
    }
    return node === fn ? this.#usesOfNames([declaration], fn) : [fine]; // Names reach aliases by themselves.
  }

  #usesAsReceiver(access: ts.PropertyAccessExpression, node: ts.Expression): readonly Use[] {
    const call = access.parent;
    const name = access.name.text;
    if ((name === 'call' || name === 'apply') && ts.isCallExpression(call) && call.expression === access) {
      return [{ kind: 'await', call, together: false }];
    }
    return name === 'name' || name === 'length'
      ? [fine]
      : [this.#refused(node, `.${name} makes another function of it.`)];
  }

  /** A member of an object literal: found again by its name, unless the object leaves the project. */
  #usesAsProperty(property: ts.ObjectLiteralElementLike, node: ts.Expression, fn: ts.Node): readonly Use[] {
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
    if (leaves)
      return [
        this.#refused(
          node,
          `${nameOfFunction(fn)} is handed to ${holder.expression.getText()}, which may not wait for it.`,
        ),
      ];
    const computed = ts.isVariableDeclaration(holder) ? this.#computedUse(holder, fn) : null;
    if (computed !== null) return [computed];
    return node === fn ? this.#usesOfNames([property], fn) : [fine];
  }

  #isOwn(call: ts.CallExpression | ts.NewExpression): boolean {
    return (
      ts.isCallExpression(call) && this.#project.checker.getResolvedSignature(call)?.declaration !== undefined
    );
  }

  /** `handlers[name]` cannot be told from other members. */
  #computedUse(holder: ts.VariableDeclaration, fn: ts.Node): Use | null {
    if (!ts.isIdentifier(holder.name)) return null;
    const { names } = referencesOf(this.#project, [holder]);
    const computed = names.find(
      (name) => ts.isElementAccessExpression(name.parent) && name.parent.expression === name,
    );
    if (computed === undefined) return null;
    const call = computed.parent.parent;
    if (ts.isCallExpression(call) && call.expression === computed.parent && isAwaited(call)) return null;
    return this.#refused(
      computed,
      `${nameOfFunction(fn)} may be called by a computed name here, without being awaited.`,
    );
  }

  #usesAsAssigned(assignment: ts.BinaryExpression, node: ts.Expression, fn: ts.Node): readonly Use[] {
    const isAssignment =
      assignment.operatorToken.kind === ts.SyntaxKind.EqualsToken && assignment.right === node;
    if (isAssignment && ts.isPropertyAccessExpression(assignment.left)) {
      const isExport = /^(module\.)?exports\b|^this\./.test(assignment.left.getText());
      if (isExport) return node === fn ? this.#usesOfNames([assignment, assignment.left, fn], fn) : [fine];
    }
    return [
      this.#refused(node, `${nameOfFunction(fn)} is used as a value here, so who calls it is not known.`),
    ];
  }
}

/** The expression with the parentheses, type assertions and the property access that only name it. */
function outermost(expression: ts.Expression | ts.MemberName): ts.Expression {
  let node = expression; // A private name stands in a property access only.
  for (;;) {
    const { parent } = node;
    const isNamed = ts.isPropertyAccessExpression(parent) && parent.name === node;
    if (
      !isNamed &&
      !ts.isParenthesizedExpression(parent) &&
      !ts.isAsExpression(parent) &&
      !ts.isNonNullExpression(parent)
    )
      return node;
    node = parent;
  }
}

/** Whether an identifier only declares, imports or exports. */
function isName(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node) return true;
  if (
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent)
  )
    return true;
  if (ts.isPropertyAssignment(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.initializer !== node;
  return (
    (parent as ts.NamedDeclaration).name === node &&
    !ts.isShorthandPropertyAssignment(parent) &&
    !ts.isPropertyAccessExpression(parent)
  );
}

function isTest(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isIfStatement(parent)) return parent.expression === node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return parent.left === node;
    return (
      kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken
    );
  }
  return ts.isTypeOfExpression(parent) || ts.isPrefixUnaryExpression(parent);
}

/** Whether the promise of a call is awaited or handed on inside an async function. */
export function isAwaited(call: ts.Expression): boolean {
  const node = outermost(call);
  return ts.isAwaitExpression(node.parent);
}
