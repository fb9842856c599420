import ts from 'typescript';
import { bareModule } from '../../code/catalog/catalog.ts';
import { moduleRefOf } from '../../code/bindings.ts';
import { freeName, takenNames } from '../../code/names.ts';
import type { TextEdit } from '../plan.ts';
import { referencesTo } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import type { Style } from './style.ts';

/** The file being edited, how it is written, and the names that are in use. */
export interface EditContext {
  readonly model: SourceModel;
  readonly style: Style;
  readonly taken: ReadonlySet<string>;
}

/** A name that a plan can use once its edits are applied. */
export interface Binding {
  readonly name: string;
  readonly edits: readonly TextEdit[];
  /** The top-level statement that makes the name, or below which the new one goes; null when it needs none. */
  readonly statement: ts.Statement | null;
}

export const editContext = (model: SourceModel, style: Style): EditContext => ({
  model,
  style,
  taken: takenNames(model),
});

/** What a new import is to bring in, and the name it makes unnecessary, if any. */
export interface ImportRequest {
  /** The specifier to write, with `node:` where the file writes it. */
  readonly specifier: string;
  readonly exportName: string;
  /** Names to try in order of preference. */
  readonly wanted: readonly string[];
  /** The declaration of a name that nothing will use any more. */
  readonly retired: ts.Declaration | null;
  /** A declaration below which a new statement goes, or null for the end of the imports. */
  readonly near: ts.Declaration | null;
}

type Element = ts.ImportSpecifier | ts.BindingElement;
type NamedList = ts.NamedImports | ts.ObjectBindingPattern;

/** Brings a named export into the file's module scope, in the file's own style, and drops the retired name. */
export function bindExport(context: EditContext, request: ImportRequest): Binding {
  const { model } = context;
  const retired = request.retired !== null && isElement(request.retired) ? request.retired : null;
  const free = retired === null ? context.taken : without(context.taken, model, retired);
  const name = freeName(free, request.wanted);
  const list = namedListOf(model, request.specifier);
  if (list !== null) {
    const edits = editList(context, list, elementText(list, request, name), retired);
    return { name, edits, statement: topLevelStatement(model, list) };
  }
  const text = importText(context.style, request, name);
  const alone = retired === null ? null : statementOfOnly(retired);
  if (alone !== null) {
    const start = alone.getStart(model.file);
    return {
      name,
      edits: [{ path: model.path, start, end: alone.end, text }],
      statement: topLevelStatement(model, alone),
    };
  }
  const statement = anchorOf(model, request.near);
  const removal = retired === null ? [] : removeElement(model, retired);
  return { name, edits: [...removal, insertBelow(context, statement, text)], statement };
}

/** Edits that drop an import or require which nothing uses any more; other declarations are left alone. */
export function dropBinding(model: SourceModel, declaration: ts.Declaration): readonly TextEdit[] {
  if (isElement(declaration)) return removeElement(model, declaration);
  const isWhole =
    (ts.isImportClause(declaration) && declaration.namedBindings === undefined) ||
    (ts.isNamespaceImport(declaration) && declaration.parent.name === undefined) ||
    (ts.isVariableDeclaration(declaration) && isAlone(declaration));
  const statement = isWhole ? topLevelStatement(model, declaration) : null;
  return statement !== null && isImporting(model, statement) ? removeStatement(model, statement) : [];
}

/** The statement of the file that holds a node. */
export const topLevelStatement = (model: SourceModel, node: ts.Node): ts.Statement | null =>
  model.file.statements.find((each) => each.pos <= node.pos && node.end <= each.end) ?? null;

/** The name of a retired import may be reused when the import is all that uses it. */
function without(taken: ReadonlySet<string>, model: SourceModel, retired: Element): ReadonlySet<string> {
  const symbol = ts.isIdentifier(retired.name) ? model.checker.getSymbolAtLocation(retired.name) : undefined;
  const isOnly = symbol !== undefined && referencesTo(model, symbol).length <= 1;
  return isOnly ? new Set([...taken].filter((name) => name !== symbol.name)) : taken;
}

const isElement = (node: ts.Declaration): node is Element =>
  ts.isImportSpecifier(node) || ts.isBindingElement(node);

function namedListOf(model: SourceModel, specifier: string): NamedList | null {
  for (const statement of model.file.statements) {
    const list = ts.isImportDeclaration(statement)
      ? importedList(statement, specifier)
      : requiredList(model, statement, specifier);
    if (list !== null) return list;
  }
  return null;
}

function importedList(statement: ts.ImportDeclaration, specifier: string): NamedList | null {
  const clause = statement.importClause;
  const named = clause?.namedBindings;
  if (!ts.isStringLiteral(statement.moduleSpecifier) || clause === undefined || clause.isTypeOnly)
    return null;
  if (bareModule(statement.moduleSpecifier.text) !== bareModule(specifier)) return null;
  return named !== undefined && ts.isNamedImports(named) && named.elements.length > 0 ? named : null;
}

function requiredList(model: SourceModel, statement: ts.Statement, specifier: string): NamedList | null {
  if (!ts.isVariableStatement(statement)) return null;
  for (const { name, initializer } of statement.declarationList.declarations) {
    if (!ts.isObjectBindingPattern(name) || name.elements.length === 0 || initializer === undefined) continue;
    if (name.elements.some((each) => each.dotDotDotToken !== undefined)) continue;
    const ref = moduleRefOf(model, initializer);
    if (ref?.module === bareModule(specifier) && ref.path.length === 0) return name;
  }
  return null;
}

function elementText(list: NamedList, { exportName }: ImportRequest, name: string): string {
  if (name === exportName) return name;
  return ts.isNamedImports(list) ? `${exportName} as ${name}` : `${exportName}: ${name}`;
}

function editList(
  context: EditContext,
  list: NamedList,
  text: string,
  retired: Element | null,
): readonly TextEdit[] {
  const { model } = context;
  const elements: readonly Element[] = [...list.elements];
  if (retired !== null && elements.includes(retired)) {
    return [{ path: model.path, start: retired.getStart(model.file), end: retired.end, text }];
  }
  const last = elements.at(-1);
  const removal = retired === null ? [] : removeElement(model, retired);
  if (last === undefined) return removal;
  return [
    ...removal,
    { path: model.path, start: last.end, end: last.end, text: `,${gapBefore(model, last)}${text}` },
  ];
}

/** A new element goes on a line of its own where the others do. */
function gapBefore(model: SourceModel, element: Element): string {
  const gap = /\r?\n[ \t]*$/.exec(model.text.slice(element.getFullStart(), element.getStart(model.file)));
  return gap?.[0] ?? ' ';
}

/** Takes one element out of its list, or the whole statement out when it was the only one. */
export function removeElement(model: SourceModel, element: Element): readonly TextEdit[] {
  const list: readonly Element[] = [...(element.parent as NamedList).elements];
  const index = list.indexOf(element);
  const previous = list[index - 1];
  const next = list[index + 1];
  const cut = (start: number, end: number): readonly TextEdit[] => [
    { path: model.path, start, end, text: '' },
  ];
  if (previous !== undefined) return cut(previous.end, element.end);
  if (next !== undefined) return cut(element.getStart(model.file), next.getStart(model.file));
  const statement = statementOfOnly(element);
  if (statement !== null) return removeStatement(model, statement);
  const clause = element.parent.parent;
  return ts.isImportClause(clause) && clause.name !== undefined
    ? cut(clause.name.end, element.parent.end)
    : [];
}

/** Takes a whole statement out together with its line break; comments above it stay. */
export function removeStatement(model: SourceModel, statement: ts.Statement): readonly TextEdit[] {
  const tail = /^[ \t]*\r?\n/.exec(model.text.slice(statement.end));
  const end = statement.end + (tail?.[0].length ?? 0);
  return [{ path: model.path, start: statement.getStart(model.file), end, text: '' }];
}

const isAlone = ({ parent }: ts.VariableDeclaration): boolean =>
  ts.isVariableDeclarationList(parent) && parent.declarations.length === 1;

/** The statement that exists for this element alone, or null when it declares something else too. */
function statementOfOnly(element: Element): ts.Statement | null {
  if ((element.parent as NamedList).elements.length !== 1) return null;
  const holder = element.parent.parent;
  if (ts.isImportClause(holder))
    return holder.name === undefined ? (holder.parent as ts.ImportDeclaration) : null;
  if (!ts.isVariableDeclaration(holder) || !isAlone(holder)) return null;
  return ts.isVariableStatement(holder.parent.parent) ? holder.parent.parent : null;
}

function importText(style: Style, { specifier, exportName }: ImportRequest, name: string): string {
  const module = `${style.quote}${specifier}${style.quote}`;
  const renamed = style.modules === 'import' ? `${exportName} as ${name}` : `${exportName}: ${name}`;
  const list = `{ ${name === exportName ? name : renamed} }`;
  return style.modules === 'import'
    ? `import ${list} from ${module}${style.semicolon}`
    : `const ${list} = require(${module})${style.semicolon}`;
}

/** Puts a new statement below another one, or at the top of a file that imports nothing. */
export function insertBelow(
  { model, style }: EditContext,
  anchor: ts.Statement | null,
  statement: string,
): TextEdit {
  if (anchor !== null)
    return { path: model.path, start: anchor.end, end: anchor.end, text: style.eol + statement };
  const first = model.file.statements.find((each) => !isDirective(each));
  const start = first?.getStart(model.file) ?? model.text.length;
  return {
    path: model.path,
    start,
    end: start,
    text: statement + style.eol + (first === undefined ? '' : style.eol),
  };
}

/** The statement below which new imports go: the one that declares `near`, else the last import. */
export function anchorOf(model: SourceModel, near: ts.Declaration | null): ts.Statement | null {
  const { statements } = model.file;
  const own = near && topLevelStatement(model, near);
  if (own !== null && isImporting(model, own)) return own;
  const lastImport = statements.findLast(
    (each) => ts.isImportDeclaration(each) || ts.isImportEqualsDeclaration(each),
  );
  return lastImport ?? lastOfFirstRun(statements, (each) => isImporting(model, each));
}

/** Requires run where they stand, so a new one joins the first group of them and not a later one. */
function lastOfFirstRun(
  statements: readonly ts.Statement[],
  belongs: (each: ts.Statement) => boolean,
): ts.Statement | null {
  const first = statements.findIndex(belongs);
  if (first === -1) return null;
  const after = statements.findIndex((each, index) => index > first && !belongs(each));
  return statements[after === -1 ? statements.length - 1 : after - 1] ?? null;
}

/** Whether a top-level statement imports or requires a module. */
export function isImporting(model: SourceModel, statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) return true;
  if (!ts.isVariableStatement(statement)) return false;
  const [first] = statement.declarationList.declarations;
  return first?.initializer !== undefined && moduleRefOf(model, first.initializer) !== undefined;
}

const isDirective = (statement: ts.Statement): boolean =>
  ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
