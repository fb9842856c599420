import ts from 'typescript';
import { enclosingFunction } from './scopes.ts';
import { moduleRefOf, refOfSymbol } from './bindings.ts';
import type { ModuleRef } from './bindings.ts';
import type { SourceModel } from './sourceModel.ts';

/** An expression, valid at `place`, that already stands for an export of a module; undefined when there is none. */
export function visibleExport(
  model: SourceModel,
  place: ts.Node,
  module: string,
  exportName: string,
): { readonly name: string; readonly declaration: ts.Declaration } | undefined {
  const names = usableNames(model, place);
  const direct = names.find(({ ref }) => ref.module === module && ref.path.join('.') === exportName);
  if (direct !== undefined) return direct;
  const whole = names.find(({ ref }) => ref.module === module && ref.path.length === 0);
  return whole && { ...whole, name: exportName === '(default)' ? whole.name : `${whole.name}.${exportName}` };
}

/** The name of a constant `promisify(<export>)` that can be used at `place`, if the file has one. */
export function visiblePromisified(
  model: SourceModel,
  place: ts.Node,
  module: string,
  exportName: string,
): string | undefined {
  const symbols = symbolsInScope(model, place);
  return symbols.find((symbol) => {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return false;
    const made = declaration.initializer;
    if (made === undefined || !ts.isCallExpression(made) || !isBefore(declaration, place)) return false;
    const [target] = made.arguments;
    if (target === undefined || made.arguments.length !== 1) return false;
    return (
      is(moduleRefOf(model, made.expression), 'util', 'promisify') &&
      is(moduleRefOf(model, target), module, exportName)
    );
  })?.name;
}

const is = (ref: ModuleRef | undefined, module: string, exportName: string): boolean =>
  ref?.module === module && ref.path.join('.') === exportName;

function usableNames(
  model: SourceModel,
  place: ts.Node,
): readonly { readonly name: string; readonly ref: ModuleRef; readonly declaration: ts.Declaration }[] {
  return symbolsInScope(model, place).flatMap((symbol) => {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined || isTypeOnly(declaration) || !isBefore(declaration, place)) return [];
    const ref = refOfSymbol(model, symbol);
    return ref === undefined ? [] : [{ name: symbol.name, ref, declaration }];
  });
}

const symbolsInScope = (model: SourceModel, place: ts.Node): readonly ts.Symbol[] =>
  model.checker.getSymbolsInScope(place, ts.SymbolFlags.Value | ts.SymbolFlags.Alias);

function isTypeOnly(declaration: ts.Declaration): boolean {
  if (ts.isImportClause(declaration)) return declaration.isTypeOnly;
  if (ts.isImportSpecifier(declaration))
    return declaration.isTypeOnly || declaration.parent.parent.isTypeOnly;
  return ts.isNamespaceImport(declaration) && declaration.parent.isTypeOnly;
}

/** Whether a binding is initialised when `place` runs: imports always, constants when they stand above or outside. */
export function isBefore(declaration: ts.Declaration, place: ts.Node): boolean {
  if (!ts.isVariableDeclaration(declaration) && !ts.isBindingElement(declaration)) return true;
  return declaration.end <= place.pos || enclosingFunction(declaration) !== enclosingFunction(place);
}
