import ts from 'typescript';
import { isConstant } from '../bindings.ts';
import { exportedDeclaration, exportedExpression } from '../modules/exportedFunction.ts';
import type { SourceModel } from '../sourceModel.ts';
import type { SourceProvider } from '../sourceProvider.ts';

/** An expression and the file it is in. */
export interface LocatedValue {
  readonly model: SourceModel;
  readonly expression: ts.Expression;
}

/** What a module exports under a name (`default` for its default) where that never changes, through re-exports. */
export function exportedValue(
  project: SourceProvider,
  model: SourceModel,
  name: string,
): LocatedValue | undefined {
  const found = exportedDeclaration(project, model, name);
  if (found === null) {
    const [expression, ...others] = model.file.statements.flatMap(
      (each) => exportedExpression(each, name) ?? [],
    );
    return expression === undefined || others.length > 0 ? undefined : { model, expression };
  }
  const { declaration } = found;
  if (!ts.isVariableDeclaration(declaration) || !isConstant(found.model, declaration)) return undefined;
  return declaration.initializer && { model: found.model, expression: declaration.initializer };
}
