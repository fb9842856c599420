import ts from 'typescript';
import { isAssignmentOperator, skipOuter } from '../../../code/bindings.ts';
import type { MovedCode } from './movable.ts';
import type { ProjectSources } from '../../../code/modules/projectSources.ts';
import { modelSource, symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/** A place that changes what the language or Node gives to all code of the process, and what it changes. */
export interface Patch {
  readonly model: SourceModel;
  readonly node: ts.Node;
  /** `Array.prototype.total`. */
  readonly title: string;
  /** The name that code uses for it; null if the name is computed. */
  readonly name: string | null;
}

/** Only files with one of these can hold a patch: parsing all of a project takes long. */
const mention =
  /\.prototype\b|\bglobal(This)?\b|\b(Math|Date|JSON|Object|Array|Number|String|Intl|Reflect|Symbol|Promise|RegExp|Map|Set|Buffer|BigInt|Error)\.\w+\s*=[^=>]|\b(Date|Math|structuredClone|fetch)\s*=[^=>]/;

/** A change of a builtin, somewhere in the project, that the given code would miss in a worker; null where there is none. */
export function patchUsedBy(project: ProjectSources, code: readonly MovedCode[]): Patch | null {
  const names = namesIn(code);
  const models = new Map(code.map(({ model }) => [model.path, model]));
  const others = (project.files?.() ?? []).filter((path) => !models.has(path));
  const sources = others.flatMap((path) => project.read(path) ?? []).filter(({ text }) => mention.test(text));
  for (const model of [...models.values(), ...sources.map(modelSource)]) {
    if (!mention.test(model.text)) continue;
    const used = patchesIn(model).find(({ name }) => name === null || names.has(name));
    if (used !== undefined) return used;
  }
  return null;
}

/** Every name that code uses, of variables and of properties. */
function namesIn(code: readonly MovedCode[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  for (const { node } of code) visit(node);
  return names;
}

const known = new WeakMap<ts.SourceFile, readonly Patch[]>();

function patchesIn(model: SourceModel): readonly Patch[] {
  const done = known.get(model.file);
  if (done !== undefined) return done;
  const found: Patch[] = [];
  const visit = (node: ts.Node): void => {
    found.push(...patchesAt(model, node));
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  known.set(model.file, found);
  return found;
}

function patchesAt(model: SourceModel, node: ts.Node): readonly Patch[] {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) {
    const left = skipOuter(node.left);
    const title = left.getText(model.file);
    if (ts.isIdentifier(left))
      return symbolOf(model, left) === undefined && /^[A-Z]|^(structuredClone|fetch)$/.test(title)
        ? [{ model, node, title, name: title }]
        : [];
    if (ts.isPropertyAccessExpression(left) && isBuiltin(model, left.expression))
      return [{ model, node, title, name: left.name.text }];
    if (ts.isElementAccessExpression(left) && isBuiltin(model, left.expression))
      return [{ model, node, title, name: textOf(left.argumentExpression) }];
  }
  return ts.isCallExpression(node) ? patchesByCall(model, node) : [];
}

const textOf = (node: ts.Expression | undefined): string | null =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;

function patchesByCall(model: SourceModel, call: ts.CallExpression): readonly Patch[] {
  const callee = call.expression.getText(model.file);
  const [target, second] = call.arguments;
  if (!/^(Object|Reflect)\.(definePropert(y|ies)|assign|setPrototypeOf|set)$/.test(callee)) return [];
  if (target === undefined || !isBuiltin(model, target)) return [];
  const patch = (name: string | null): Patch => ({
    model,
    node: call,
    title: `${target.getText(model.file)}${name === null ? '' : `.${name}`}`,
    name,
  });
  if (/Property$|\.set$/.test(callee)) return [patch(textOf(second))];
  if (second === undefined || !ts.isObjectLiteralExpression(second)) return [patch(null)];
  return second.properties.map((each) => patch(each.name === undefined ? null : nameOf(each.name)));
}

const nameOf = (name: ts.PropertyName): string | null =>
  ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : null;

/** `Math`, `Array.prototype`, `globalThis`, or a constant that holds one of these. */
function isBuiltin(model: SourceModel, expression: ts.Expression): boolean {
  const node = skipOuter(expression);
  if (ts.isPropertyAccessExpression(node))
    return /^(prototype|__proto__)$/.test(node.name.text) ? isBuiltin(model, node.expression) : false;
  if (ts.isCallExpression(node)) return /^(Object|Reflect)\.getPrototypeOf$/.test(node.expression.getText());
  if (!ts.isIdentifier(node)) return false;
  const declaration = symbolOf(model, node)?.declarations?.[0];
  if (declaration === undefined) return /^[A-Z]|^(globalThis|global)$/.test(node.text);
  return (
    ts.isVariableDeclaration(declaration) &&
    declaration.initializer !== undefined &&
    !ts.isIdentifier(skipOuter(declaration.initializer)) &&
    isBuiltin(model, declaration.initializer)
  );
}
