import ts from 'typescript';
import type { Result } from '../../base/result.ts';
import type { Capture } from './captures.ts';
import { exportedDeclaration } from '../../code/exportedFunction.ts';
import { ownExportName, specifierOf } from '../../code/importedName.ts';
import { checkMovable } from './movable.ts';
import { isImport } from '../../code/importedName.ts';
import { namedFunctionOf } from '../../code/namedFunction.ts';
import type { NamedFunction } from '../../code/namedFunction.ts';
import type { Refusal } from '../plan.ts';
import { isPackage, resolveRelative } from '../../code/projectSources.ts';
import type { ProjectSources } from '../../code/projectSources.ts';
import { refuse } from '../refuse.ts';
import { modelSource } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** The check of `checkMovable`, carried on into the functions and constants that the code imports from the project. */
export function checkAcrossModules(
  project: ProjectSources,
  model: SourceModel,
  named: NamedFunction,
  seen = new Set<string>(),
): Result<readonly Capture[], Refusal> {
  const key = `${model.path}#${named.name}`;
  const checked = checkMovable(model, named);
  if (!checked.ok || seen.has(key)) return checked;
  seen.add(key);
  for (const capture of checked.value.filter(({ declaration }) => isImport(declaration))) {
    const specifier = specifierOf(capture.declaration);
    if (specifier === null || isPackage(specifier)) continue;
    const source = resolveRelative(project, model.path, specifier);
    const exportName = ownExportName(capture.declaration) ?? 'default';
    const found = source && exportedDeclaration(project, modelSource(source), exportName);
    const inner = found && namedFunctionOf(found.declaration);
    if (found === null || found === undefined || (inner === null && !isConstantData(found.declaration))) {
      const message = `What ${capture.name} of ${specifier} holds or does is not known here, so a worker might see something else.`;
      return refuse(model, capture.uses[0] ?? model.file, 'writes-captured-variable', message);
    }
    const deeper = inner == null ? null : checkAcrossModules(project, found.model, inner, seen);
    if (deeper?.ok === false) return deeper;
  }
  return checked;
}

/** A `const` holding a literal that has nothing to change in it. */
const isConstantData = (declaration: ts.Declaration): boolean =>
  ts.isVariableDeclaration(declaration) &&
  (declaration.parent.flags & ts.NodeFlags.Const) !== 0 &&
  declaration.initializer !== undefined &&
  (ts.isLiteralExpression(declaration.initializer) || ts.isTemplateExpression(declaration.initializer));
