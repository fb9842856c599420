import ts from 'typescript';

/** Whether a member of a type can be a function: `hash: string` cannot. A name of a type may stand for one. */
export function mayBeCalled(signature: ts.MethodSignature | ts.PropertySignature): boolean {
  const isCallable = (type: ts.TypeNode): boolean => {
    if (ts.isParenthesizedTypeNode(type)) return isCallable(type.type);
    if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) return type.types.some(isCallable);
    if (ts.isTypeLiteralNode(type)) return type.members.some(ts.isCallSignatureDeclaration);
    if (ts.isTypeOperatorNode(type)) return isCallable(type.type);
    return !(ts.isArrayTypeNode(type) || ts.isTupleTypeNode(type) || plainTypes.has(type.kind));
  };
  const { type } = signature;
  return ts.isMethodSignature(signature) || type === undefined || isCallable(type);
}

const plainTypes: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.StringKeyword,
  ts.SyntaxKind.NumberKeyword,
  ts.SyntaxKind.BooleanKeyword,
  ts.SyntaxKind.BigIntKeyword,
  ts.SyntaxKind.SymbolKeyword,
  ts.SyntaxKind.UndefinedKeyword,
  ts.SyntaxKind.LiteralType,
  ts.SyntaxKind.TemplateLiteralType,
]);
