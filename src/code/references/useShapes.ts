import ts from 'typescript';

/** An object as an argument, in a loop, spread or stored: its receiver can call all of its members. */
export function isUsedWhole(name: ts.MemberName): boolean {
  const node = outermost(name);
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent))
    return parent.arguments?.some((each) => each === node) ?? false;
  return (
    ts.isForInStatement(parent) ||
    ts.isForOfStatement(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    (ts.isBinaryExpression(parent) &&
      parent.right === node &&
      !/^(module\.)?exports\b/.test(parent.left.getText()))
  );
}

/** The expression with the parentheses, type assertions and the property access that only name it. */
export function outermost(expression: ts.Expression | ts.MemberName): ts.Expression {
  let node = expression; // A private name stands in a property access only.
  for (;;) {
    const { parent } = node;
    const isNamed = ts.isPropertyAccessExpression(parent) && parent.name === node;
    if (
      !isNamed &&
      !ts.isParenthesizedExpression(parent) &&
      !ts.isAsExpression(parent) &&
      !ts.isNonNullExpression(parent)
    )
      return node;
    node = parent;
  }
}

/** Whether an identifier only declares, imports or exports. */
export function isName(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node) return true;
  if (
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent)
  )
    return true;
  if (ts.isPropertyAssignment(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.initializer !== node;
  return (
    (parent as ts.NamedDeclaration).name === node &&
    !ts.isShorthandPropertyAssignment(parent) &&
    !ts.isPropertyAccessExpression(parent)
  );
}

export function isTest(parent: ts.Node, node: ts.Node): boolean {
  if (ts.isIfStatement(parent)) return parent.expression === node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return parent.left === node;
    return (
      kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken
    );
  }
  return ts.isTypeOfExpression(parent) || ts.isPrefixUnaryExpression(parent);
}

/** Whether the promise of a call is awaited or handed on inside an async function. */
export function isAwaited(call: ts.Expression): boolean {
  const node = outermost(call);
  return ts.isAwaitExpression(node.parent);
}
