import ts from 'typescript';
import { skipOuter } from '../../code/bindings.ts';
import { firstOutsideWrite } from '../../code/effects.ts';
import { exportedDeclaration } from '../../code/modules/exportedFunction.ts';
import { importersOf } from '../../code/modules/importers.ts';
import { isImport, ownExportName, specifierOf } from '../../code/modules/importedName.ts';
import { resolveRelative } from '../../code/modules/projectSources.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import { modelSource, referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { chainFrom, isConstantValue, isPlainHolder, leaves, partOf } from './heldState.ts';
import { isCalled } from './touch.ts';
import type { Touch } from './touch.ts';

/** Answers for a project whose texts stay the same: each constant is looked up in all of its files. */
const known = new WeakMap<ProjectSources, Map<string, boolean>>();

/** Tells touches of exported constants that nothing in the project changes: they say the same after a wait as before. */
export const fixedIn =
  (project: ProjectSources, model: SourceModel) =>
  (touch: Touch): boolean => {
    if (touch.kind === 'write' || touch.chain === undefined) return false;
    const { root, parts } = partsOf(touch.chain);
    const constant = root === null ? null : constantOf(project, model, root);
    if (constant === null || !isDataAt(constant, parts, touch.kind)) return false;
    const answers = known.get(project) ?? new Map<string, boolean>();
    known.set(project, answers);
    const key = `${constant.model.path}#${String(constant.declaration.pos)}`;
    const answer = answers.get(key) ?? isUnchanged(project, constant);
    answers.set(key, answer);
    return answer;
  };

/** `config` and `['templates']` of `config.templates`. */
function partsOf(chain: ts.Expression): {
  readonly root: ts.Identifier | null;
  readonly parts: readonly string[];
} {
  const parts: string[] = [];
  let node = skipOuter(chain);
  while (ts.isPropertyAccessExpression(node)) {
    parts.unshift(node.name.text);
    node = skipOuter(node.expression);
  }
  return { root: ts.isIdentifier(node) ? node : null, parts };
}

/** A constant of the top level of a file, with the name under which other files import it. */
interface Constant {
  readonly model: SourceModel;
  readonly declaration: ts.VariableDeclaration;
  readonly exportName: string;
}

function constantOf(project: ProjectSources, model: SourceModel, root: ts.Identifier): Constant | null {
  const declaration = symbolOf(model, root)?.declarations?.[0];
  if (declaration === undefined) return null;
  if (!isImport(declaration)) return topConstant(model, declaration, root.text);
  const specifier = specifierOf(declaration);
  // `const config = require('./config')` is the module itself, like `import * as config`.
  const name = ownExportName(declaration) ?? (ts.isNamespaceImport(declaration) ? null : 'default');
  const source = specifier === null ? undefined : resolveRelative(project, model.path, specifier);
  if (source === undefined || name === null) return null;
  const found = exportedDeclaration(project, modelSource(source), name);
  return found === null ? null : topConstant(found.model, found.declaration, name);
}

const topConstant = (model: SourceModel, declaration: ts.Declaration, exportName: string): Constant | null =>
  ts.isVariableDeclaration(declaration) &&
  ts.isIdentifier(declaration.name) &&
  (declaration.parent.flags & ts.NodeFlags.Const) !== 0 &&
  ts.isSourceFile(declaration.parent.parent.parent)
    ? { model, declaration, exportName }
    : null;

/** Whether a part of a constant is data: a getter or a method could answer with something else each time. */
function isDataAt({ declaration }: Constant, parts: readonly string[], kind: Touch['kind']): boolean {
  const part = partOf(declaration.initializer, parts);
  if (part === null) return false;
  const { value, isInside } = part;
  if (isInside || kind === 'read') return isConstantValue(value) || isPlainHolder(value);
  return isPlainHolder(value) && !ts.isObjectLiteralExpression(value);
}

/** Whether no file of the project changes a constant or hands it to code that may. */
function isUnchanged(project: ProjectSources, { model, declaration, exportName }: Constant): boolean {
  const symbol = model.checker.getSymbolAtLocation(declaration.name);
  const others = importersOf(project, model.path, exportName);
  // A method of its own may change it.
  const hasThis = /\bthis\b/.test(declaration.initializer?.getText() ?? '');
  if (symbol === undefined || others === null || hasThis) return false;
  return [{ model, symbol }, ...others].every((each) => {
    const change = firstOutsideWrite(each.model, each.model.file, (one) => one === each.symbol);
    const isChanged = change !== null && change !== declaration.parent;
    return (
      !isChanged &&
      !leaves(each.model, each.symbol, declaration) &&
      !referencesTo(each.model, each.symbol).some((use) => isPartTaken(use, declaration))
    );
  });
}

/** Whether a use gives an object within the constant another name, under which it may be changed. */
function isPartTaken(use: ts.Identifier, { initializer }: ts.VariableDeclaration): boolean {
  const { node, parts } = chainFrom(use);
  const { parent } = node;
  const valueAt = (names: readonly string[]): ts.Expression | null =>
    partOf(initializer, names)?.value ?? null;
  const isConstantAt = (names: readonly string[]): boolean => {
    const value = valueAt(names);
    return value !== null && isConstantValue(value);
  };
  if (ts.isVariableDeclaration(parent) && parent.initializer === node) {
    if (!ts.isObjectBindingPattern(parent.name)) return !isConstantAt(parts);
    return parent.name.elements.some(
      (each) =>
        each.dotDotDotToken !== undefined ||
        !isConstantAt([...parts, (each.propertyName ?? each.name).getText()]),
    );
  }
  const isOfElements =
    (ts.isForOfStatement(parent) && parent.expression === node) ||
    (ts.isElementAccessExpression(parent) && parent.expression === node) ||
    (ts.isPropertyAccessExpression(parent) && isCalled(parent));
  const value = isOfElements ? valueAt(parts) : null;
  return isOfElements && (value === null || !isFlat(value));
}

/** Texts, numbers and the like, or a collection of these. */
function isFlat(value: ts.Expression): boolean {
  if (isConstantValue(value)) return true;
  const isList = (list: ts.Expression | undefined, isElement: (each: ts.Expression) => boolean): boolean =>
    list === undefined || (ts.isArrayLiteralExpression(list) && list.elements.every(isElement));
  if (ts.isArrayLiteralExpression(value)) return isList(value, isConstantValue);
  if (ts.isObjectLiteralExpression(value))
    return value.properties.every(
      (each) => ts.isPropertyAssignment(each) && isConstantValue(each.initializer),
    );
  if (!ts.isNewExpression(value)) return false;
  const kind = value.expression.getText();
  const isPair = (each: ts.Expression): boolean => isList(each, isConstantValue);
  return (
    (kind === 'Map' && isList(value.arguments?.[0], isPair)) ||
    (kind === 'Set' && isList(value.arguments?.[0], isConstantValue)) ||
    kind.startsWith('URL')
  );
}
