import ts from 'typescript';
import type { BlockingCall } from '../catalog/findBlockingCalls.ts';
import { skipOuter } from './bindings.ts';
import { bindExport, insertStatement, isImporting, removeStatement } from './importEdits.ts';
import type { Binding, EditContext } from './importEdits.ts';
import { freeName } from './names.ts';
import type { TextEdit } from './plan.ts';
import { referencesTo, symbolOf } from './sourceModel.ts';
import type { TwinRecipe } from './twinRecipe.ts';
import { visibleExport, visiblePromisified } from './visibleBindings.ts';

/** The expression that calls the twin, and the edits that make it available where the call stands. */
export function twinExpression(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  return recipe.form === 'promise' ? promiseTwin(context, blocking, recipe) : promisifiedTwin(context, blocking, recipe);
}

function promiseTwin(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  const { model } = context;
  const { call, moduleObject } = blocking;
  const visible = visibleExport(model, call, recipe.module, recipe.export);
  const sameModule = recipe.module === blocking.ref.module;
  if (moduleObject !== null) {
    const object = moduleObject.getText(model.file);
    if (sameModule) return { name: recipe.export === '(default)' ? object : `${object}.${recipe.export}`, edits: [] };
    if (visible === undefined) return { name: `${object}.promises.${recipe.export}`, edits: [] };
  }
  return visible === undefined
    ? importTwin(context, blocking, recipe)
    : { name: visible, edits: retireCallee(context, blocking) };
}

/** `promisify(crypto.pbkdf2)` as a constant of the module, made once and used by every call. */
function promisifiedTwin(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  const { model, style } = context;
  const known = visiblePromisified(model, blocking.call, recipe.module, recipe.export);
  if (known !== undefined) return { name: known, edits: retireCallee(context, blocking) };
  const callback = callbackForm(context, blocking, recipe);
  const promisify = importOf(context, blocking.call, 'util', 'promisify');
  const made = `${promisify.name}(${callback.name})`;
  const edits = [...callback.edits, ...promisify.edits];
  const holder = declarationOf(context, blocking);
  const statement = holder && topLevelStatement(model.file, holder);
  if (holder === null || statement === null || !isImporting(model, statement)) return { name: made, edits };
  const name = freeName(context.taken, [`${lastName(recipe.export)}Async`, `${lastName(recipe.export)}Promise`]);
  const constant = `const ${name} = ${made}${style.semicolon}`;
  const near = style.modules === 'require' ? holder : null;
  return { name, edits: [...edits, insertConstant(context, constant, near)] };
}

const lastName = (path: string): string => path.split('.')[0] ?? path;

/** ESM constants stand apart from the imports by an empty line. */
function insertConstant(context: EditContext, constant: string, near: ts.Declaration | null): TextEdit {
  const edit = insertStatement(context, constant, near);
  return context.style.modules === 'import' ? { ...edit, text: context.style.eol + edit.text } : edit;
}

function callbackForm(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  const { model } = context;
  const object = blocking.moduleObject;
  if (object !== null) return { name: `${object.getText(model.file)}.${recipe.export}`, edits: [] };
  const callee = skipOuter(blocking.call.expression).getText(model.file);
  if (blocking.ref.path.join('.') === recipe.export) return { name: callee, edits: [] };
  const visible = visibleExport(model, blocking.call, recipe.module, recipe.export);
  return visible === undefined
    ? importTwin(context, blocking, recipe)
    : { name: visible, edits: retireCallee(context, blocking) };
}

function importTwin(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  return bindExport(context, {
    specifier: specifierOf(context, recipe.module),
    exportName: recipe.export,
    wanted: [recipe.export, `${recipe.export}Async`, `${recipe.export}Promise`],
    retired: retirable(context, blocking),
    near: declarationOf(context, blocking),
  });
}

/** Makes an export of another module usable at a place: what is in scope already, else a new import. */
export function importOf(context: EditContext, place: ts.Node, module: string, exportName: string): Binding {
  const visible = visibleExport(context.model, place, module, exportName);
  if (visible !== undefined) return { name: visible, edits: [] };
  return bindExport(context, {
    specifier: specifierOf(context, module),
    exportName,
    wanted: [exportName, `${exportName}Async`, `${exportName}Promise`],
    retired: null,
    near: null,
  });
}

const prefixed = new Set(['fs', 'fs/promises', 'crypto', 'zlib', 'child_process', 'util', 'timers/promises', 'dns']);

const specifierOf = ({ style }: EditContext, module: string): string =>
  prefixed.has(module) ? style.nodePrefix + module : module;

/** The declaration of the name that the callee starts with, or null for `require('fs').readFileSync`. */
function declarationOf({ model }: EditContext, { call, moduleObject }: BlockingCall): ts.Declaration | null {
  const root = skipOuter(moduleObject ?? call.expression);
  return ts.isIdentifier(root) ? (symbolOf(model, root)?.declarations?.[0] ?? null) : null;
}

/** The declaration of the callee's own name when this call is its only use. */
function retirable(context: EditContext, blocking: BlockingCall): ts.Declaration | null {
  const callee = skipOuter(blocking.call.expression);
  const symbol = ts.isIdentifier(callee) ? symbolOf(context.model, callee) : undefined;
  if (symbol === undefined || referencesTo(context.model, symbol).length !== 1) return null;
  return symbol.declarations?.[0] ?? null;
}

/** Edits that drop the import of the callee when nothing else uses it. */
function retireCallee(context: EditContext, blocking: BlockingCall): readonly TextEdit[] {
  const declaration = retirable(context, blocking);
  return declaration === null ? [] : dropBinding(context, declaration);
}

const topLevelStatement = (file: ts.SourceFile, node: ts.Node): ts.Statement | null =>
  file.statements.find((each) => each.pos <= node.pos && node.end <= each.end) ?? null;
