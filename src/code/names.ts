import ts from 'typescript';
import type { SourceModel } from './sourceModel.ts';

/** Every name a file declares or refers to in any scope; names of properties are not among them. */
export function takenNames(model: SourceModel): ReadonlySet<string> {
  const taken = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !isPropertyName(node)) taken.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return taken;
}

function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) return parent.name === node;
  if (ts.isImportSpecifier(parent) || ts.isBindingElement(parent)) return parent.propertyName === node;
  return ts.isMethodDeclaration(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent);
}

/** The first of the wanted names that nothing in the file uses, or the last of them with a number. */
export function freeName(taken: ReadonlySet<string>, wanted: readonly string[]): string {
  const free = wanted.find((name) => !taken.has(name) && !reserved.has(name));
  if (free !== undefined) return free;
  const base = wanted.at(-1) ?? 'value';
  for (let number = 2; ; number++) {
    const name = `${base}${String(number)}`;
    if (!taken.has(name)) return name;
  }
}

/** Names that may not be declared, or that every module means the global by. */
const reserved = new Set(
  'await yield let static enum implements interface package private protected public arguments eval default delete import new null this true false super void with exports module require process console Buffer global globalThis undefined setTimeout setInterval setImmediate queueMicrotask structuredClone fetch URL'.split(
    ' ',
  ),
);
