import ts from 'typescript';

const primitiveKeywords: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.StringKeyword,
  ts.SyntaxKind.NumberKeyword,
  ts.SyntaxKind.BooleanKeyword,
  ts.SyntaxKind.BigIntKeyword,
  ts.SyntaxKind.UndefinedKeyword,
  ts.SyntaxKind.VoidKeyword,
  ts.SyntaxKind.NullKeyword,
  ts.SyntaxKind.NeverKeyword,
]);

/** Whether a written type holds nothing but numbers, texts and truth. */
export function isPrimitiveType(type: ts.TypeNode): boolean {
  if (primitiveKeywords.has(type.kind) || ts.isTemplateLiteralTypeNode(type)) return true;
  if (ts.isLiteralTypeNode(type) || ts.isTypePredicateNode(type)) return true;
  if (ts.isParenthesizedTypeNode(type)) return isPrimitiveType(type.type);
  return ts.isUnionTypeNode(type) && type.types.every(isPrimitiveType);
}

/** The same, and lists of them. */
export function isPlainType(type: ts.TypeNode): boolean {
  if (isPrimitiveType(type)) return true;
  if (ts.isParenthesizedTypeNode(type)) return isPlainType(type.type);
  if (ts.isTypeOperatorNode(type) && type.operator === ts.SyntaxKind.ReadonlyKeyword)
    return isPlainType(type.type);
  if (ts.isArrayTypeNode(type)) return isPlainType(type.elementType);
  if (ts.isTupleTypeNode(type))
    return type.elements.every((each) => isPlainType(ts.isNamedTupleMember(each) ? each.type : each));
  if (ts.isUnionTypeNode(type)) return type.types.every(isPlainType);
  const name = ts.isTypeReferenceNode(type) ? type.typeName.getText() : '';
  return (
    ts.isTypeReferenceNode(type) &&
    /^(Readonly)?Array$/.test(name) &&
    (type.typeArguments ?? []).every(isPlainType)
  );
}
