import ts from 'typescript';
import { blockingCallOf } from '../../code/catalog/findBlockingCalls.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { enclosingFunction } from '../../code/scopes.ts';
import { isConstant, skipOuter } from '../../code/bindings.ts';
import { symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { calleeNameOf, changesFiles, waitKindOf } from './waitEffects.ts';

const anyFileCall =
  /^(read|write|append|stat|lstat|exists|access|rm|unlink|rename|copy|cp|truncate|readdir|mkdir|open)\w*$/;

/**
 * Files that a waiting call shares with other calls of its file: a read during a write sees half of it, and of two
 * writes the earlier one may end last.
 */
export function fileAssumptions(model: SourceModel, call: ts.CallExpression): readonly Assumption[] {
  const module = blockingCallOf(model, call)?.api.module;
  if (module !== 'fs' && module !== 'fs-extra' && module !== 'graceful-fs') return [];
  const kind = waitKindOf(model, call);
  if (kind === 'acts' && !isRepeatable(call))
    return [assumptionAt(model, call, 'file-across-wait', pathOf(call)?.getText() ?? calleeNameOf(call))];
  const rival = fileCalls(model).find(
    (each) =>
      each !== call && enclosingFunction(each) !== null && changesFiles(each) && mayMeet(model, each, call),
  );
  if (rival === undefined) return [];
  return [assumptionAt(model, rival, 'file-across-wait', pathOf(rival)?.getText() ?? 'The file')];
}

/** Doing it twice at once leaves what doing it once does. */
const isRepeatable = (call: ts.CallExpression): boolean =>
  /^mkdir(Sync)?$/.test(calleeNameOf(call)) && /recursive:\s*true/.test(call.getText());

const pathOf = (call: ts.CallExpression): ts.Expression | undefined => call.arguments[0];

function fileCalls(model: SourceModel): readonly ts.CallExpression[] {
  const found: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && anyFileCall.test(calleeNameOf(node)) && node.arguments.length > 0)
      found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return found;
}

/** These name what they make after what they make it from. */
const namesTwo = /^(copy|copyFile|cp|rename|move|link|symlink)(Sync)?$/;

/** Whether two calls may name one file: they do not when both names end in different constants. */
function mayMeet(model: SourceModel, other: ts.CallExpression, call: ts.CallExpression): boolean {
  const own = endOf(model, pathOf(call));
  return (
    own === null ||
    other.arguments.slice(0, namesTwo.test(calleeNameOf(other)) ? 2 : 1).some((each) => {
      const end = endOf(model, each);
      return end === null || own.endsWith(end) || end.endsWith(own);
    })
  );
}

/** The constant text in which a path ends; null when its end is not known. */
function endOf(model: SourceModel, path: ts.Expression | undefined, depth = 0): string | null {
  if (path === undefined || depth > 5) return null;
  const node = skipOuter(path);
  if (ts.isStringLiteralLike(node)) return node.text.replace(/^\.\//, '');
  if (ts.isTemplateExpression(node)) {
    const end = node.templateSpans.at(-1)?.literal.text ?? '';
    return end === '' ? null : end;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return endOf(model, node.right, depth + 1);
  if (
    ts.isCallExpression(node) &&
    /^(join|resolve|path\.(join|resolve|posix\.join))$/.test(node.expression.getText())
  )
    return endOf(model, node.arguments.at(-1), depth + 1);
  if (ts.isNewExpression(node) && node.expression.getText() === 'URL')
    return endOf(model, node.arguments?.[0], depth + 1);
  if (!ts.isIdentifier(node)) return null;
  const declaration = symbolOf(model, node)?.valueDeclaration;
  return declaration !== undefined && ts.isVariableDeclaration(declaration) && isConstant(model, declaration)
    ? endOf(model, declaration.initializer, depth + 1)
    : null;
}
