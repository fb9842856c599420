import ts from 'typescript';
import { isConstant } from '../remedies/bindings.ts';
import { exportedDeclaration } from '../remedies/exportedFunction.ts';
import type { SourceModel } from '../remedies/sourceModel.ts';
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
    const [expression, ...others] = model.file.statements.flatMap((each) => writtenBy(each, name) ?? []);
    return expression === undefined || others.length > 0 ? undefined : { model, expression };
  }
  const { declaration } = found;
  if (!ts.isVariableDeclaration(declaration) || !isConstant(found.model, declaration)) return undefined;
  return declaration.initializer && { model: found.model, expression: declaration.initializer };
}

/** The value that a statement exports without a name of its own. */
function writtenBy(statement: ts.Statement, name: string): ts.Expression | undefined {
  if (ts.isExportAssignment(statement)) return name === 'default' ? statement.expression : undefined;
  if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) return undefined;
  const { left, operatorToken, right } = statement.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  const target = left.getText().replace(/^module\./, '');
  if (target === `exports.${name}`) return right;
  if (target !== 'exports') return undefined;
  if (name === 'default') return right;
  const property = ts.isObjectLiteralExpression(right)
    ? right.properties.find((each) => each.name?.getText() === name)
    : undefined;
  return property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined;
}
