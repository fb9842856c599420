import ts from 'typescript';
import type { BlockingCall } from '../../code/catalog/findBlockingCalls.ts';
import { skipOuter } from '../../code/bindings.ts';
import {
  anchorOf,
  bindExport,
  dropBinding,
  insertBelow,
  isImporting,
  topLevelStatement,
} from '../edits/importEdits.ts';
import type { Binding, EditContext } from '../edits/importEdits.ts';
import { freeName } from '../../code/names.ts';
import type { TextEdit } from '../plan.ts';
import { referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { TwinRecipe } from './recipe.ts';
import { visibleExport, visiblePromisified } from '../../code/visibleBindings.ts';

/** The expression that calls the twin, and the edits that make it available where the call stands. */
export function twinExpression(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  return recipe.form === 'promise'
    ? promiseTwin(context, blocking, recipe)
    : promisifiedTwin(context, blocking, recipe);
}

function promiseTwin(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  const { model } = context;
  const { call, moduleObject } = blocking;
  const visible = visibleExport(model, call, recipe.module, recipe.export);
  if (moduleObject !== null) {
    const object = moduleObject.getText(model.file);
    if (recipe.module === blocking.ref.module) {
      return asIs(recipe.export === '(default)' ? object : `${object}.${recipe.export}`);
    }
    if (visible === undefined) return asIs(`${object}.promises.${recipe.export}`);
  }
  return visible === undefined
    ? importTwin(context, blocking, recipe)
    : { ...asIs(visible.name), edits: retireCallee(context, blocking) };
}

const asIs = (name: string): Binding => ({ name, edits: [], statement: null });

/** `promisify(crypto.pbkdf2)` as a constant of the module, made once and used by every call. */
function promisifiedTwin(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  const { model, style } = context;
  const known = visiblePromisified(model, blocking.call, recipe.module, recipe.export);
  if (known !== undefined) return { ...asIs(known), edits: retireCallee(context, blocking) };
  const callback = callbackForm(context, blocking, recipe);
  const holder = declarationOf(context, blocking);
  const promisify = importOf(context, blocking.call, {
    module: 'util',
    exportName: 'promisify',
    near: style.modules === 'require' ? holder : null,
  });
  const made = `${promisify.name}${typeArguments(context, blocking, recipe)}(${callback.name})`;
  const edits = [...callback.edits, ...promisify.edits];
  const own = holder && topLevelStatement(model, holder);
  if (own === null || !isImporting(model, own)) return { name: made, edits, statement: null };
  const name = freeName(context.taken, [
    `${lastName(recipe.export)}Async`,
    `${lastName(recipe.export)}Promise`,
  ]);
  const constant = `const ${name} = ${made}${style.semicolon}`;
  const anchor = latest([own, callback.statement, promisify.statement]);
  return { name, edits: [...edits, insertConstant(context, constant, anchor)], statement: anchor };
}

const password = 'string | NodeJS.ArrayBufferView';

/** Functions whose types `promisify` loses: the types of their callback form, by the number of arguments. */
const lostTypes: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  randomInt: { 1: 'number, number', 2: 'number, number, number' },
  scrypt: {
    3: `${password}, ${password}, number, Buffer`,
    4: `${password}, ${password}, number, import('node:crypto').ScryptOptions, Buffer`,
  },
};

function typeArguments({ model }: EditContext, { call }: BlockingCall, recipe: TwinRecipe): string {
  const types = /\.[cm]?tsx?$/.test(model.path)
    ? lostTypes[recipe.export]?.[call.arguments.length]
    : undefined;
  return types === undefined ? '' : `<${types}>`;
}

/** Below everything the constant needs; in ESM below all imports, by an empty line apart. */
function insertConstant(context: EditContext, constant: string, anchor: ts.Statement | null): TextEdit {
  const { model, style } = context;
  if (style.modules === 'require') return insertBelow(context, anchor, constant);
  const above = anchorOf(model, null);
  const isFollowed = above !== null && /^[ \t]*\r?\n[ \t]*\S/.test(model.text.slice(above.end));
  return insertBelow(context, above, style.eol + constant + (isFollowed ? style.eol : ''));
}

const latest = (statements: readonly (ts.Statement | null)[]): ts.Statement | null =>
  statements.reduce((a, b) => (b === null || (a !== null && a.end >= b.end) ? a : b), null);

const lastName = (path: string): string => path.split('.')[0] ?? path;

function callbackForm(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  const { model } = context;
  const object = blocking.moduleObject;
  if (object !== null) return asIs(`${object.getText(model.file)}.${recipe.export}`);
  const callee = skipOuter(blocking.call.expression).getText(model.file);
  if (blocking.ref.path.join('.') === recipe.export) return asIs(callee);
  const visible = visibleExport(model, blocking.call, recipe.module, recipe.export);
  return visible === undefined
    ? importTwin(context, blocking, recipe)
    : bound(context, visible, retireCallee(context, blocking));
}

const bound = (
  { model }: EditContext,
  { name, declaration }: { readonly name: string; readonly declaration: ts.Declaration },
  edits: readonly TextEdit[],
): Binding => ({ name, edits, statement: topLevelStatement(model, declaration) });

function importTwin(context: EditContext, blocking: BlockingCall, recipe: TwinRecipe): Binding {
  return bindExport(context, {
    specifier: specifierOf(context, recipe.module),
    exportName: recipe.export,
    wanted: [recipe.export, `${recipe.export}Async`, `${recipe.export}Promise`],
    retired: retirable(context, blocking),
    near: declarationOf(context, blocking),
  });
}

/** What is to be imported. */
export interface WantedImport {
  readonly module: string;
  readonly exportName: string;
  /** A declaration beside which the import is to stand. */
  readonly near?: ts.Declaration | null;
  /** The names it may get, the best first. */
  readonly wanted?: readonly string[];
}

/** Makes an export of another module usable at a place: what is in scope already, else a new import. */
export function importOf(
  context: EditContext,
  place: ts.Node,
  {
    module,
    exportName,
    near = null,
    wanted = [exportName, `${exportName}Async`, `${exportName}Promise`],
  }: WantedImport,
): Binding {
  const visible = visibleExport(context.model, place, module, exportName);
  if (visible !== undefined) return bound(context, visible, []);
  return bindExport(context, {
    specifier: specifierOf(context, module),
    exportName,
    wanted,
    retired: null,
    near,
  });
}

const prefixed = new Set([
  'fs',
  'fs/promises',
  'crypto',
  'zlib',
  'child_process',
  'util',
  'timers/promises',
  'dns',
]);

const specifierOf = ({ style }: EditContext, module: string): string =>
  prefixed.has(module) ? style.nodePrefix + module : module;

/** The declaration of the name that the callee starts with, or null for `require('fs').readFileSync`. */
function declarationOf({ model }: EditContext, { call, moduleObject }: BlockingCall): ts.Declaration | null {
  const root = skipOuter(moduleObject ?? call.expression);
  return ts.isIdentifier(root) ? (symbolOf(model, root)?.declarations?.[0] ?? null) : null;
}

/** The declaration of the name the callee starts with, when this call is its only use. */
function retirable({ model }: EditContext, { call, moduleObject }: BlockingCall): ts.Declaration | null {
  const root = skipOuter(moduleObject ?? call.expression);
  const symbol = ts.isIdentifier(root) ? symbolOf(model, root) : undefined;
  if (symbol === undefined || referencesTo(model, symbol).length !== 1) return null;
  return symbol.declarations?.[0] ?? null;
}

/** Edits that drop the import of the callee when nothing else uses it. */
function retireCallee(context: EditContext, blocking: BlockingCall): readonly TextEdit[] {
  const declaration = retirable(context, blocking);
  return declaration === null ? [] : dropBinding(context.model, declaration);
}
