import ts from 'typescript';
import type { TextEdit } from '../plan.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** The types that say what a function answers: its own, that of the variable or field it is put in, and those of JSDoc. */
export function declaredResults(fn: ts.SignatureDeclaration): readonly ts.TypeNode[] {
  const holder = fn.parent;
  const isHeld =
    (ts.isVariableDeclaration(holder) || ts.isPropertyDeclaration(holder)) && holder.initializer === fn;
  const inDoc = ts.getJSDocReturnType(fn);
  const aroundInDoc = isHeld && holder.type === undefined ? ts.getJSDocType(holder) : undefined;
  return [fn.type, isHeld ? resultOf(holder.type) : undefined, inDoc, resultOf(aroundInDoc)].filter(
    (each) => each !== undefined,
  );
}

/** `string` in `(path: string) => string`. */
const resultOf = (type: ts.TypeNode | undefined): ts.TypeNode | undefined =>
  type !== undefined && ts.isFunctionTypeNode(type) ? type.type : undefined;

/** Whether a variable or field is declared with a function type whose result is not written there. */
export function hasNamedFunctionType(fn: ts.Node): boolean {
  const holder = fn.parent;
  if (!ts.isVariableDeclaration(holder) && !ts.isPropertyDeclaration(holder)) return false;
  const type = holder.type ?? ts.getJSDocType(holder);
  return type !== undefined && !ts.isFunctionTypeNode(type);
}

/** Edits that put `Promise<…>` around a type that is not one; a union with a promise is unwrapped first. */
export function promiseEdits(model: SourceModel, type: ts.TypeNode): readonly TextEdit[] {
  const text = type.getText(model.file);
  if (isPromiseType(type)) return [];
  const [open, close] = /\bPromise(Like)?\b/.test(text) ? ['Promise<Awaited<', '>>'] : ['Promise<', '>'];
  const start = type.getStart(model.file);
  return [
    { path: model.path, start, end: start, text: open },
    { path: model.path, start: type.end, end: type.end, text: close },
  ];
}

const isPromiseType = (type: ts.TypeNode): boolean =>
  ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Promise';

/**
 * Edits that put `Awaited<…>` around `ReturnType<typeof load>`, none where that or `Parameters<…>` is written already; null
 * for any other type made of a function.
 */
export function awaitedType(model: SourceModel, query: ts.TypeQueryNode): readonly TextEdit[] | null {
  const around = query.parent;
  if (!ts.isTypeReferenceNode(around)) return null;
  const name = around.typeName.getText(model.file);
  if (name === 'Parameters') return [];
  if (name !== 'ReturnType') return null;
  const outer = around.parent;
  if (ts.isTypeReferenceNode(outer) && outer.typeName.getText(model.file) === 'Awaited') return [];
  const start = around.getStart(model.file);
  return [
    { path: model.path, start, end: start, text: 'Awaited<' },
    { path: model.path, start: around.end, end: around.end, text: '>' },
  ];
}
