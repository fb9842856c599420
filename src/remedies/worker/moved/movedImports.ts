import ts from 'typescript';
import type { Result } from '../../../base/result.ts';
import { isRequire, skipOuter } from '../../../code/bindings.ts';
import type { Capture } from '../crossing/captures.ts';
import { isImport, specifierOf } from '../../../code/modules/importedName.ts';
import { contains } from '../../../code/scopes.ts';
import { dropBinding } from '../../edits/importEdits.ts';
import type { Refusal, TextEdit } from '../../plan.ts';
import { isPackage, resolveRelative } from '../../../code/modules/projectSources.ts';
import type { ProjectSources } from '../../../code/modules/projectSources.ts';
import { firstLoadEffect } from '../../../code/modules/pureModule.ts';
import { refuse } from '../../refuse.ts';
import { modelSource, referencesTo } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';

/** Refuses imports of modules of the project that do something when a worker loads them, too. */
export function loadedByWorker(
  project: ProjectSources,
  model: SourceModel,
  imports: readonly Capture[],
): Result<never, Refusal> | null {
  for (const { declaration, name } of imports) {
    const specifier = specifierOf(declaration);
    if (specifier === null || isPackage(specifier)) continue;
    const source = resolveRelative(project, model.path, specifier);
    const effect = source === undefined ? null : firstLoadEffect(project, modelSource(source));
    if (effect === null) continue;
    const message = `Every worker would load ${specifier} for ${name}, and loading it has side effects.`;
    return refuse(effect.model, effect.node, 'function-not-importable', message);
  }
  return null;
}

/** Names added to the import or require that the file has of a module; null where it has none. */
export function joinedImport(
  model: SourceModel,
  names: readonly string[],
  specifier: string,
): TextEdit | null {
  for (const statement of model.file.statements) {
    const last = listOf(model, statement, specifier)?.elements.at(-1);
    if (last !== undefined)
      return {
        path: model.path,
        start: last.end,
        end: last.end,
        text: names.map((each) => `, ${each}`).join(''),
      };
  }
  return null;
}

function listOf(
  model: SourceModel,
  statement: ts.Statement,
  specifier: string,
): ts.NamedImports | ts.ObjectBindingPattern | null {
  if (ts.isImportDeclaration(statement)) {
    const bindings = statement.importClause?.namedBindings;
    const isMeant =
      ts.isStringLiteral(statement.moduleSpecifier) && statement.moduleSpecifier.text === specifier;
    return isMeant &&
      bindings !== undefined &&
      ts.isNamedImports(bindings) &&
      statement.importClause?.isTypeOnly !== true
      ? bindings
      : null;
  }
  if (!ts.isVariableStatement(statement)) return null;
  const [declaration] = statement.declarationList.declarations;
  const call = declaration?.initializer && skipOuter(declaration.initializer);
  if (declaration === undefined || call === undefined || !ts.isCallExpression(call)) return null;
  const [given] = call.arguments;
  const isMeant =
    isRequire(model, call.expression) &&
    given !== undefined &&
    ts.isStringLiteralLike(given) &&
    given.text === specifier;
  return isMeant && ts.isObjectBindingPattern(declaration.name) ? declaration.name : null;
}

/** Imports of the file that only the moved code used. */
export function emptiedImports(
  model: SourceModel,
  captures: readonly Capture[],
  moved: readonly ts.Statement[],
): readonly TextEdit[] {
  const unused = captures.filter(({ declaration, symbol }) => {
    const isLeft = referencesTo(model, symbol).some(
      (each) => !moved.some((statement) => contains(statement, each)),
    );
    return isImport(declaration) && !isLeft;
  });
  const lists = new Map<ts.Node, ts.Declaration[]>();
  for (const { declaration } of unused)
    lists.set(declaration.parent, [...(lists.get(declaration.parent) ?? []), declaration]);
  return [...lists].flatMap(([list, gone]) => {
    const [only] = gone;
    return gone.length === 1 && only !== undefined ? dropBinding(model, only) : shortened(model, list, gone);
  });
}

/** Several names taken out of one list, which goes with the last of them. */
function shortened(model: SourceModel, list: ts.Node, gone: readonly ts.Declaration[]): readonly TextEdit[] {
  if (!ts.isNamedImports(list) && !ts.isObjectBindingPattern(list)) return [];
  const elements: readonly (ts.ImportSpecifier | ts.BindingElement)[] = [...list.elements];
  const kept = elements.filter((each) => !gone.includes(each));
  const [first, last] = [elements[0], elements.at(-1)];
  if (first === undefined || last === undefined) return [];
  const statement = ts.findAncestor(list, (each) => each.parent === model.file);
  if (kept.length === 0 && statement !== undefined) {
    const tail = /^[ \t]*\r?\n/.exec(model.text.slice(statement.end))?.[0].length ?? 0;
    return [{ path: model.path, start: statement.getStart(model.file), end: statement.end + tail, text: '' }];
  }
  const text = kept.map((each) => each.getText(model.file)).join(', ');
  return [{ path: model.path, start: first.getStart(model.file), end: last.end, text }];
}
