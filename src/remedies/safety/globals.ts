import ts from 'typescript';
import { moduleOf } from '../../code/origin/knownCalls.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { touchOf } from './touch.ts';
import type { Touch } from './touch.ts';

/** Something that every file or the whole process has: the global object, the exports, the process. */
export interface GlobalRoot {
  readonly key: string;
  readonly name: string;
  readonly owner: 'shared' | 'process';
  /** Comes with Node: only a change of it matters. */
  readonly isBuiltin: boolean;
}

const globalObjects = /^(globalThis|global|window|self)$/;

/** Names that every program has, and those of newer versions of Node. */
const builtins = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...'require module exports __dirname __filename arguments undefined console Iterator Float16Array WebSocket EventSource CloseEvent Storage navigator document'.split(
    ' ',
  ),
]);

/** What a name or `this` stands for that no file declares, or that it imports from the process module; else null. */
export function globalRootOf(model: SourceModel, node: ts.Identifier | ts.ThisExpression): GlobalRoot | null {
  if (!ts.isIdentifier(node)) return isTopLevelThis(node) ? root('module.exports', 'this', true) : null;
  const imported = processImport(model, node);
  if (imported !== null) return imported;
  if (isDeclared(model, node) || isNoValue(node)) return null;
  const { text } = node;
  if (text === 'process') return { ...root('process', text), owner: 'process' };
  if (globalObjects.test(text)) return root('global', text);
  if (text === 'module') return root('module', text, true);
  if (text === 'exports') return root('module.exports', text, true);
  return root(`global.${text}`, text, builtins.has(text));
}

const root = (key: string, name: string, isBuiltin = false): GlobalRoot => ({
  key,
  name,
  owner: 'shared',
  isBuiltin,
});

/** The global object's `process` is the process. */
export const asProcess = <T extends { readonly key: string; readonly owner: Touch['owner'] }>(held: T): T =>
  /^global\.process(\.|$)/.test(held.key) ? { ...held, key: 'process', owner: 'process' as const } : held;

/** What the use of a global name touches: a change of the process, anything of what the program itself made global. */
export function globalTouch(
  node: ts.Identifier | ts.ThisExpression,
  { key, owner, isBuiltin }: GlobalRoot,
): Touch | null {
  const touch = asProcess(touchOf(node, key, owner));
  // What a text does when it is run is not known.
  if (node.getText() === 'eval' && touch.kind === 'call') return { ...touch, kind: 'write' };
  if (touch.owner === 'process') return isProcessChange(touch) ? { ...touch, key: 'process' } : null;
  // What it stands for does not change; what hangs on it may.
  if (isBuiltin && touch.kind !== 'write' && (touch.key === key || touch.key === 'module.exports'))
    return null;
  return isBuiltin && touch.kind !== 'write' ? { ...touch, isGuess: true } : touch;
}

const changesProcess = /^(chdir|umask|setuid|setgid|setegid|seteuid|abort)$/;

/** Whether a touch of the process, or of a part of it under another name, changes it. */
export function isProcessChange({ kind, node, name }: Touch): boolean {
  if (kind !== 'call') return kind === 'write';
  const { parent } = node;
  const method =
    ts.isPropertyAccessExpression(parent) && parent.expression === node ? parent.name.text : null;
  return (
    changesProcess.test(method ?? name.split('.').at(-1) ?? '') || changesProcess.test(lastImported(node))
  );
}

const lastImported = (node: ts.Node): string => (ts.isIdentifier(node) ? node.text : '');

/** `import process from 'node:process'`, `import { env } from 'process'`, `require('process')`. */
function processImport(model: SourceModel, node: ts.Identifier): GlobalRoot | null {
  const declaration = symbolOf(model, node)?.declarations?.[0];
  if (declaration === undefined || !/^(node:)?process$/.test(moduleOf(declaration) ?? '')) return null;
  const isPart = ts.isImportSpecifier(declaration) || ts.isBindingElement(declaration);
  if (!isPart) return { ...root('process', 'process'), owner: 'process' };
  const part = (declaration.propertyName ?? declaration.name).getText();
  return { ...root('process', part === 'default' ? 'process' : `process.${part}`), owner: 'process' };
}

/** Assignments to properties of a global object are no declarations of it. */
const isDeclared = (model: SourceModel, node: ts.Identifier): boolean =>
  symbolOf(model, node)?.declarations?.some(
    (each) =>
      !ts.isSourceFile(each) &&
      !ts.isBinaryExpression(each) &&
      !ts.isPropertyAccessExpression(each) &&
      !ts.isElementAccessExpression(each) &&
      !ts.isIdentifier(each),
  ) === true;

/** Labels, names in patterns and specifiers, tags of HTML. */
const isNoValue = (node: ts.Identifier): boolean => {
  const { parent } = node;
  return (
    node.text === '' ||
    ts.isBreakOrContinueStatement(parent) ||
    ts.isLabeledStatement(parent) ||
    ts.isMetaProperty(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isQualifiedName(parent) ||
    (ts.isBindingElement(parent) && parent.propertyName === node) ||
    ts.isJsxOpeningLikeElement(parent) ||
    ts.isJsxClosingElement(parent) ||
    ts.isExpressionWithTypeArguments(parent)
  );
};

/** `this` of a CommonJS module is its exports. */
const isTopLevelThis = (node: ts.ThisExpression): boolean =>
  ts.findAncestor(
    node,
    (each) =>
      ts.isClassLike(each) ||
      ts.isFunctionDeclaration(each) ||
      ts.isFunctionExpression(each) ||
      ts.isMethodDeclaration(each) ||
      ts.isConstructorDeclaration(each) ||
      ts.isAccessor(each),
  ) === undefined;
