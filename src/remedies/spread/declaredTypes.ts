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
  if (text === 'any' || isPromiseType(type)) return [];
  const [open, close] = /\bPromise(Like)?\b/.test(text) ? ['Promise<Awaited<', '>>'] : ['Promise<', '>'];
  const start = type.getStart(model.file);
  return [
    { path: model.path, start, end: start, text: open },
    { path: model.path, start: type.end, end: type.end, text: close },
  ];
}

const isPromiseType = (type: ts.TypeNode): boolean =>
  ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Promise';
