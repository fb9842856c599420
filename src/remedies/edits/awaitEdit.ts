import ts from 'typescript';
import type { SourceModel } from '../../code/sourceModel.ts';

/** Text that stands before and after a rewritten expression: `await `, parentheses, and a semicolon where they need one. */
export interface Wrapping {
  readonly before: string;
  readonly after: string;
}

/**
 * How to await `node` in its place. Parentheses are added where the grammar or common formatters want them, and a
 * leading `;` where a parenthesis would otherwise continue the line above. `pick` is read off the awaited value.
 */
export function awaitWrapping(model: SourceModel, node: ts.Expression, pick = ''): Wrapping {
  const isReceiver = pick !== '';
  if (!isReceiver && !needsParentheses(node)) return { before: 'await ', after: '' };
  return { before: `${continuesLineAbove(model, node) ? ';' : ''}(await `, after: `)${pick}` };
}

function needsParentheses(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent))
    return parent.expression === node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === node;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  if (ts.isBinaryExpression(parent)) return !isPlainRight(parent, node);
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  return (
    ts.isNonNullExpression(parent) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isTypeOfExpression(parent) ||
    ts.isVoidExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isAsExpression(parent) ||
    ts.isSatisfiesExpression(parent) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isDecorator(parent)
  );
}

const isPlainRight = (parent: ts.BinaryExpression, node: ts.Expression): boolean => {
  const { kind } = parent.operatorToken;
  const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  return kind === ts.SyntaxKind.CommaToken || (assigns && parent.right === node);
};

/** Whether a parenthesis at the start of `node` would be read as a call of what the line above ends with. */
function continuesLineAbove(model: SourceModel, node: ts.Node): boolean {
  const start = node.getStart(model.file);
  const statement = ts.findAncestor(node, ts.isExpressionStatement);
  if (statement?.getStart(model.file) !== start) return false;
  const holder = statement.parent;
  if (!ts.isBlock(holder) && !ts.isSourceFile(holder) && !ts.isCaseOrDefaultClause(holder)) return false;
  const previous = holder.statements[holder.statements.indexOf(statement) - 1];
  if (previous === undefined || model.text[previous.end - 1] === ';') return false;
  return !(
    ts.isBlock(previous) ||
    ts.isFunctionDeclaration(previous) ||
    ts.isClassDeclaration(previous) ||
    ts.isTryStatement(previous) ||
    ts.isSwitchStatement(previous) ||
    (ts.isIfStatement(previous) && ts.isBlock(previous.elseStatement ?? previous.thenStatement)) ||
    (ts.isIterationStatement(previous, false) && ts.isBlock(previous.statement))
  );
}
