import ts from 'typescript';
import { skipOuter } from './bindings.ts';

/** A function that can be called on its own: a declaration, or a constant holding a function. */
export interface NamedFunction {
  readonly name: string;
  readonly fn: ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;
  /** The top-level statement that declares it, or assigns it to an export. */
  readonly statement: ts.Statement;
}

/** The function a top-level declaration stands for, or null. */
export function namedFunctionOf(declaration: ts.Declaration): NamedFunction | null {
  if (ts.isFunctionDeclaration(declaration)) {
    const { parent, name, body } = declaration;
    const isTop = ts.isSourceFile(parent) && name !== undefined && body !== undefined;
    return isTop ? { name: name.text, fn: declaration, statement: declaration } : null;
  }
  if (!ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) return null;
  const value = declaration.initializer && skipOuter(declaration.initializer);
  if (value === undefined || !(ts.isArrowFunction(value) || ts.isFunctionExpression(value))) return null;
  const statement = declaration.parent.parent;
  const isTop = ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent);
  return isTop ? { name: declaration.name.text, fn: value, statement } : null;
}
