import ts from 'typescript';
import { isConstant, skipOuter } from '../../code/bindings.ts';
import { referencesTo, symbolOf } from '../../code/sourceModel.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** What can be told about an options argument: not given, a string (an encoding), a literal object, or unknown. */
export type CallOptions =
  | { readonly kind: 'absent' }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'object'; readonly node: ts.ObjectLiteralExpression }
  | { readonly kind: 'unknown'; readonly node: ts.Expression };

/** Reads the options argument of a call, through a constant that nothing changes. */
export function optionsAt(model: SourceModel, call: ts.CallExpression, index: number): CallOptions {
  const spread = call.arguments.slice(0, index + 1).find(ts.isSpreadElement);
  if (spread !== undefined) return { kind: 'unknown', node: spread };
  const argument = call.arguments[index];
  if (argument === undefined) return { kind: 'absent' };
  const node = skipOuter(argument);
  if (ts.isStringLiteralLike(node)) return { kind: 'string', text: node.text };
  if (node.kind === ts.SyntaxKind.NullKeyword || isUndefined(node)) return { kind: 'absent' };
  const object = ts.isIdentifier(node) ? constantObject(model, node) : node;
  const isPlain =
    object !== undefined &&
    ts.isObjectLiteralExpression(object) &&
    object.properties.every((each) => each.name !== undefined && !ts.isComputedPropertyName(each.name));
  return isPlain ? { kind: 'object', node: object } : { kind: 'unknown', node: argument };
}

const isUndefined = (node: ts.Expression): boolean => ts.isIdentifier(node) && node.text === 'undefined';

/** The literal behind a constant that is only ever passed on whole as an argument. */
function constantObject(model: SourceModel, name: ts.Identifier): ts.Expression | undefined {
  const symbol = symbolOf(model, name);
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined || !ts.isVariableDeclaration(declaration))
    return undefined;
  if (!isConstant(model, declaration)) return undefined;
  const passedOn = referencesTo(model, symbol).every((each) => ts.isCallExpression(each.parent));
  return passedOn && declaration.initializer ? skipOuter(declaration.initializer) : undefined;
}

/** The value of a property in literal options; undefined when it is not there. */
export function optionValue(options: CallOptions, name: string): ts.Expression | undefined {
  if (options.kind !== 'object') return undefined;
  for (const property of options.node.properties) {
    if (property.name?.getText().replace(/^['"]|['"]$/g, '') !== name) continue;
    return ts.isPropertyAssignment(property)
      ? skipOuter(property.initializer)
      : (property.name as ts.Identifier);
  }
  return undefined;
}
