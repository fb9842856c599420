import ts from 'typescript';
import { ok } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import type { Assumption } from '../../assumption.ts';
import type { Capture } from './captures.ts';
import { checkConstant, isDataConstant } from './constantData.ts';
import { exportedDeclaration, exportedFunction } from '../../../code/modules/exportedFunction.ts';
import { checkLibrary } from './libraries/foreignCode.ts';
import { ownExportName, specifierOf } from '../../../code/modules/importedName.ts';
import { isImport } from '../../../code/modules/importedName.ts';
import { checkMovable, mutable } from './movable.ts';
import { namedFunctionOf } from '../../../code/namedFunction.ts';
import type { Movable, MovedCode } from './movable.ts';
import type { NamedFunction } from '../../../code/namedFunction.ts';
import type { Refusal } from '../../plan.ts';
import { isPackage, resolveRelative } from '../../../code/modules/projectSources.ts';
import type { ProjectSources } from '../../../code/modules/projectSources.ts';
import { refuse } from '../../refuse.ts';
import { modelSource } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import { exportedTask } from '../../../code/taskCalls.ts';

/** What a function needs, across files, and what has to hold for it. */
export interface MovableAcross extends Movable {
  readonly assumptions: readonly Assumption[];
}

/** The check of `checkMovable`, carried on into the functions and constants that the code imports from the project. */
export function checkAcrossModules(
  project: ProjectSources,
  model: SourceModel,
  named: NamedFunction,
  role: 'task' | 'helper' = 'task',
  seen = new Set<string>(),
): Result<MovableAcross, Refusal> {
  const checked = checkMovable(model, named, role);
  if (!checked.ok) return checked;
  const key = `${model.path}#${named.name}`;
  if (seen.has(key)) return ok({ ...checked.value, assumptions: [] });
  seen.add(key);
  const code: MovedCode[] = [...checked.value.code];
  const assumptions: Assumption[] = [];
  for (const capture of checked.value.captures) {
    const more = checkName(project, model, capture, seen);
    if (!more.ok) return more;
    code.push(...more.value.code);
    assumptions.push(...more.value.assumptions);
  }
  return ok({ captures: checked.value.captures, code, assumptions });
}

type More = Pick<MovableAcross, 'code' | 'assumptions'>;
const nothingMore: More = { code: [], assumptions: [] };

/** What a captured name adds: code of other files, and what has to hold for constants and packages. */
function checkName(
  project: ProjectSources,
  model: SourceModel,
  capture: Capture,
  seen: Set<string>,
): Result<More, Refusal> {
  const { declaration } = capture;
  if (isImport(declaration)) return checkImport(project, model, capture, seen);
  return ts.isVariableDeclaration(declaration) && namedFunctionOf(declaration) === null
    ? checkValue(project, model, declaration)
    : ok(nothingMore);
}

function checkValue(
  project: ProjectSources,
  model: SourceModel,
  declaration: ts.VariableDeclaration,
): Result<More, Refusal> {
  const { changed, assumptions } = checkConstant(project, model, declaration);
  if (changed !== null) return mutable(changed.model, changed.node, declaration.name.getText());
  return ok({ code: [], assumptions });
}

/** What an imported name adds, or why a worker must not use it. */
export function checkImport(
  project: ProjectSources,
  model: SourceModel,
  capture: Capture,
  seen: Set<string>,
): Result<More, Refusal> {
  const specifier = specifierOf(capture.declaration);
  if (specifier === null) return ok(nothingMore);
  if (isPackage(specifier)) {
    const library = checkLibrary(project, model, capture, specifier);
    return library.ok ? ok({ code: [], assumptions: library.value }) : library;
  }
  const names = exportsUsed(capture);
  const source = resolveRelative(project, model.path, specifier);
  const merged: { code: MovedCode[]; assumptions: Assumption[] } = { code: [], assumptions: [] };
  for (const name of names ?? []) {
    const one = source === undefined ? null : checkExport(project, modelSource(source), name, seen);
    if (one === null) return unknownExport(model, capture, specifier);
    if (!one.ok) return one;
    merged.code.push(...one.value.code);
    merged.assumptions.push(...one.value.assumptions);
  }
  return names === null ? unknownExport(model, capture, specifier) : ok(merged);
}

function unknownExport(model: SourceModel, capture: Capture, specifier: string): Result<never, Refusal> {
  const message = `It is not known what ${capture.name} of ${specifier} holds or does, so a worker might see another value.`;
  return refuse(model, capture.uses[0] ?? model.file, 'writes-captured-variable', message);
}

/** The exports that a captured import stands for: its own, or the members of a whole module; null when that is not known. */
function exportsUsed({ declaration, uses }: Capture): readonly string[] | null {
  const own = ownExportName(declaration) ?? (ts.isImportClause(declaration) ? 'default' : null);
  if (own !== null) return [own];
  const members = uses.map(({ parent }) => (ts.isPropertyAccessExpression(parent) ? parent.name.text : null));
  return members.some((each) => each === null) ? ['default'] : members.filter((each) => each !== null);
}

/** Null where it is not known what an export is. */
function checkExport(
  project: ProjectSources,
  model: SourceModel,
  name: string,
  seen: Set<string>,
): Result<More, Refusal> | null {
  const task = exportedTask(project, model, name)?.runs ?? null;
  if (task !== null) return checkAcrossModules(project, task.model, task.named, 'helper', seen);
  const fn = exportedFunction(project, model, name);
  if (fn !== null) return checkAcrossModules(project, fn.model, fn.named, 'helper', seen);
  const found = exportedDeclaration(project, model, name);
  if (found === null) return null;
  if (ts.isEnumDeclaration(found.declaration)) return ok(nothingMore);
  return isDataConstant(found.model, found.declaration)
    ? checkValue(project, found.model, found.declaration)
    : null;
}
