import ts from 'typescript';
import type { Assumption } from '../assumption.ts';
import { folderOf } from '../../code/modules/projectSources.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import { bindExport, editContext } from '../edits/importEdits.ts';
import { importEnding, importForm, isEsmByContent } from './importEnding.ts';
import type { ImportForm } from './importEnding.ts';
import type { Style } from '../edits/style.ts';
import { styleOf } from '../edits/style.ts';
import type { TextEdit } from '../plan.ts';
import { freeName, takenNames } from '../../code/names.ts';
import { modelSource } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { isTaskCall } from '../../code/taskCalls.ts';

/** A module next to another one, for workers to import: it only declares and names tasks. */
export interface WorkerFile {
  readonly path: string;
  /** File name without extension, as task ids and specifiers use it: `report.worker`. */
  readonly stem: string;
  /** How a module in the same folder imports it: `./report.worker.js`. */
  readonly specifier: string;
  /** How it imports the module that it belongs to: `./report.js`. */
  readonly owner: string;
  readonly existing: SourceModel | null;
  readonly style: Style;
  /** What `task()` gets as the place of its module. */
  readonly here: 'import.meta.url' | '__filename';
  /** `'use strict';` where the module that it belongs to says so, with its line end. */
  readonly directive: string;
  /** Name under which it imports the executor. */
  readonly executorModule: string;
  /** What `task` of the executor is called in it. */
  readonly task: string;
}

/**
 * The worker module that belongs to a source file; it may not exist yet. `form`: how imports name TypeScript files.
 */
export function workerFileOf(
  project: ProjectSources,
  model: SourceModel,
  executorModule: string,
  form: ImportForm = importForm(project, model),
): WorkerFile {
  const [, name = 'tasks', extension = '.js'] =
    /([^/]+?)(\.[cm]?[jt]sx?)$/.exec(model.path.replaceAll('\\', '/')) ?? [];
  const stem = name.endsWith('.worker') ? name : `${name}.worker`;
  const path = `${folderOf(model.path)}/${stem}${extension.replace('x', '')}`;
  const source = project.read(path);
  const existing = source === undefined ? null : modelSource(source);
  const style = styleOf(existing ?? model, project.esm);
  return {
    path,
    stem,
    specifier: `./${stem}${importEnding(path, styleOf(model, project.esm), form)}`,
    owner: `./${name}${importEnding(extension, { modules: 'import' }, form)}`,
    existing,
    style,
    here: style.modules === 'import' && isEsm(project, model, form) ? 'import.meta.url' : '__filename',
    directive: directiveOf(model, style),
    executorModule,
    task:
      existing === null
        ? 'task'
        : (knownTaskName(existing) ?? freeName(takenNames(existing), ['task', 'asTask'])),
  };
}

/** Code means the same only where it stays as strict as it was. */
function directiveOf(model: SourceModel, { eol, modules }: Style): string {
  const [first] = model.file.statements;
  const isStrict =
    first !== undefined &&
    ts.isExpressionStatement(first) &&
    ts.isStringLiteral(first.expression) &&
    first.expression.text === 'use strict';
  return isStrict && modules === 'require' ? `${first.getText(model.file)}${eol}` : '';
}

/** What an existing worker module calls the function that names its tasks, wherever it imports it from. */
function knownTaskName(existing: SourceModel): string | null {
  for (const statement of existing.file.statements) {
    const calls = ts.isExpressionStatement(statement)
      ? [statement.expression]
      : ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.flatMap(({ initializer }) => initializer ?? [])
        : [];
    const values = calls.map((each) => (ts.isBinaryExpression(each) ? each.right : each));
    const made = values.find((each) => isTaskCall(existing, each));
    if (made !== undefined && ts.isIdentifier(made.expression)) return made.expression.text;
  }
  return null;
}

/** The name under which a call reaches its function as a task, and the edits that make it one. */
export interface TaskBinding {
  readonly name: string;
  readonly edits: readonly TextEdit[];
  readonly assumptions: readonly Assumption[];
}

/** One import of a worker module: a specifier and either names or the whole module. */
export interface WorkerImport {
  readonly specifier: string;
  /** `[exported name, local name]`, or a local name for the whole module. */
  readonly names: readonly (readonly [string, string])[] | string;
  /** Types only: nothing of the module is to be loaded for them. */
  readonly isType?: boolean;
}

/** Edits that make the worker module, or add to it: its imports, then its statements at the end. */
export function workerFileEdits(
  worker: WorkerFile,
  imports: readonly WorkerImport[],
  statements: readonly string[],
): readonly TextEdit[] {
  const { existing, style, path } = worker;
  const { eol } = style;
  if (existing === null) {
    const lines = imports.map((each) => importLine(style, each));
    const text = `${worker.directive}${lines.join(eol)}${eol}${eol}${statements.join(eol + eol)}${eol}`;
    return [{ path, start: 0, end: 0, text }];
  }
  const end = existing.text.trimEnd().length;
  const added = addedImports(existing, style, imports);
  return [
    ...added,
    { path, start: end, end: existing.text.length, text: `${eol}${eol}${statements.join(eol + eol)}${eol}` },
  ];
}

function importLine(style: Style, { specifier, names, isType = false }: WorkerImport): string {
  const from = `${style.quote}${specifier}${style.quote}`;
  if (isType || style.modules === 'import') {
    const clause =
      typeof names === 'string'
        ? `* as ${names}`
        : `{ ${names.map(([a, b]) => (a === b ? a : `${a} as ${b}`)).join(', ')} }`;
    return `import ${isType ? 'type ' : ''}${clause} from ${from}${style.semicolon}`;
  }
  const clause =
    typeof names === 'string'
      ? names
      : `{ ${names.map(([a, b]) => (a === b ? a : `${a}: ${b}`)).join(', ')} }`;
  return `const ${clause} = require(${from})${style.semicolon}`;
}

/** Imports that the existing worker module lacks, put below its last one. */
function addedImports(
  existing: SourceModel,
  style: Style,
  imports: readonly WorkerImport[],
): readonly TextEdit[] {
  const context = editContext(existing, style);
  return imports.flatMap((each): readonly TextEdit[] => {
    if (typeof each.names === 'string' || each.isType === true) {
      const locals = typeof each.names === 'string' ? [each.names] : each.names.map(([, local]) => local);
      if (locals.every((local) => context.taken.has(local))) return [];
      const anchor = existing.file.statements.findLast(ts.isImportDeclaration) ?? existing.file.statements[0];
      const at = anchor?.end ?? 0;
      return [{ path: existing.path, start: at, end: at, text: style.eol + importLine(style, each) }];
    }
    return each.names.flatMap(([exported, local]) =>
      context.taken.has(local)
        ? []
        : bindExport(context, {
            specifier: each.specifier,
            exportName: exported,
            wanted: [local],
            retired: null,
            near: null,
          }).edits,
    );
  });
}

/** Whether the worker module already has a top-level name. */
export const declares = ({ existing }: WorkerFile, name: string): boolean =>
  existing !== null && editContext(existing, styleOf(existing)).taken.has(name);

/** What every worker module imports. */
export const executorImport = ({ executorModule, task }: WorkerFile): WorkerImport => ({
  specifier: executorModule,
  names: [['task', task]],
});

/** `task(import.meta.url, 'report.worker#render', render)`: names a function so that workers find it. */
export const taskCall = ({ style, task, here, stem }: WorkerFile, name: string, fn: string): string =>
  `${task}(${here}, ${style.quote}${stem}#${name}${style.quote}, ${fn})`;

/** A task as an exported constant of a worker module. */
export const exportTask = ({ style }: WorkerFile, name: string, value: string): string =>
  style.modules === 'import'
    ? `export const ${name} = ${value}${style.semicolon}`
    : `exports.${name} = ${value}${style.semicolon}`;

/** Whether a file is loaded as an ES module: by its extension, what it writes, or for TypeScript what makes it run. */
function isEsm(project: ProjectSources, model: SourceModel, form: ImportForm): boolean {
  if (/\.m[jt]s$/.test(model.path)) return true;
  if (/\.c[jt]s$/.test(model.path)) return false;
  return /\.tsx?$/.test(model.path)
    ? isEsmByContent(project, model, form)
    : project.esm || ts.isExternalModule(model.file);
}
