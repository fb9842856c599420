import ts from 'typescript';
import { skipOuter } from '../../../code/bindings.ts';
import { symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import { isPlainType } from './typeKind.ts';

/**
 * The type of what a name or a chain of properties holds, in words that mean the same in every module: numbers, texts and
 * lists of them. Null where the file does not say it.
 */
export function repeatableType(model: SourceModel, expression: ts.Expression): string | null {
  const node = skipOuter(expression);
  const type = declaredType(model, node);
  if (type !== null) return isPlainType(type) ? type.getText(model.file) : null;
  if (ts.isCallExpression(node)) return typeOfValue(model, node);
  if (!ts.isIdentifier(node)) return null;
  const declaration = symbolOf(model, node)?.valueDeclaration;
  const isVariable = declaration !== undefined && ts.isVariableDeclaration(declaration);
  if (!isVariable || declaration.initializer === undefined || declaration.type !== undefined) return null;
  return typeOfValue(model, skipOuter(declaration.initializer));
}

/** The declared type of a name, or of a property of an object whose type is written in this file. */
function declaredType(model: SourceModel, node: ts.Expression): ts.TypeNode | null {
  if (ts.isPropertyAccessExpression(node)) {
    const holder = declaredType(model, skipOuter(node.expression));
    const member =
      holder === null
        ? undefined
        : membersOf(model, holder).find((each) => each.name?.getText(model.file) === node.name.text);
    const isKnown =
      member !== undefined && ts.isPropertySignature(member) && member.questionToken === undefined;
    return isKnown ? (member.type ?? null) : null;
  }
  if (!ts.isIdentifier(node)) return null;
  const declaration = symbolOf(model, node)?.valueDeclaration;
  if (declaration === undefined) return null;
  const isTyped = ts.isParameter(declaration) || ts.isVariableDeclaration(declaration);
  // An optional parameter may be undefined, too.
  if (
    !isTyped ||
    (ts.isParameter(declaration) && (declaration.questionToken ?? declaration.dotDotDotToken) !== undefined)
  )
    return null;
  return declaration.type ?? null;
}

function membersOf(model: SourceModel, type: ts.TypeNode): readonly ts.TypeElement[] {
  if (ts.isTypeLiteralNode(type)) return type.members;
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName) || type.typeArguments !== undefined)
    return [];
  const declaration = symbolOf(model, type.typeName)?.declarations?.[0];
  if (declaration === undefined) return [];
  if (ts.isInterfaceDeclaration(declaration)) return declaration.members;
  return ts.isTypeAliasDeclaration(declaration) ? membersOf(model, declaration.type) : [];
}

function typeOfValue(model: SourceModel, value: ts.Expression): string | null {
  if (ts.isStringLiteralLike(value) || ts.isTemplateExpression(value)) return 'string';
  if (ts.isNumericLiteral(value)) return 'number';
  if (ts.isRegularExpressionLiteral(value)) return 'RegExp';
  if (!ts.isCallExpression(value) || !ts.isPropertyAccessExpression(value.expression)) return null;
  const method = value.expression.name.text;
  const isText = repeatableType(model, value.expression.expression) === 'string';
  if (method === 'split' && isText) return 'string[]';
  return isText && /^(trim|slice|toLowerCase|toUpperCase|replace|replaceAll)$/.test(method) ? 'string' : null;
}
