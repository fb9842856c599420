import ts from 'typescript';
import type { SourceModel } from '../../../code/sourceModel.ts';
import type { TextEdit } from '../../plan.ts';
import type { PlainFunction } from '../asyncFunction.ts';
import type { Wrap } from '../wraps.ts';

/** What gets the error of a function that becomes async where nobody sees its promise. */
export interface Forwarding {
  readonly fn: PlainFunction;
  /** `next` of a route handler, `reject` of a promise. */
  readonly by: string;
  /** Parameters to add, so that it is one. */
  readonly added: readonly string[];
}

const requestNames = /^_?(req|request)$/;
const responseNames = /^_?(res|resp|response)$/;

/** Whether the parameters of a function are those of a route handler, as they are named everywhere. */
export function looksLikeHandler(fn: ts.SignatureDeclaration): boolean {
  const names = fn.parameters.map(({ name }) => name.getText());
  const at = names.findIndex((each) => requestNames.test(each));
  return at !== -1 && at < 2 && responseNames.test(names[at + 1] ?? '');
}

/** How a route handler hands its error on by `next`; null where its parameters do not allow that. */
export function forwardByNext(model: SourceModel, fn: PlainFunction): Forwarding | null {
  return forwardBy(model, fn, ['request', 'response', 'next'], fn.parameters.length > 3 ? 3 : 2);
}

/** How the executor of a promise rejects it. */
export const forwardByReject = (model: SourceModel, fn: PlainFunction): Forwarding | null =>
  forwardBy(model, fn, ['resolve', 'reject'], 1);

function forwardBy(
  model: SourceModel,
  fn: PlainFunction,
  names: readonly string[],
  index: number,
): Forwarding | null {
  if (
    fn.parameters.some(({ name, dotDotDotToken }) => !ts.isIdentifier(name) || dotDotDotToken !== undefined)
  )
    return null;
  if (fn.body === undefined || /\barguments\b/.test(fn.getText(model.file))) return null;
  const given = fn.parameters[index];
  if (given !== undefined) {
    const by = given.name.getText(model.file);
    return isFree(fn, by, given) ? { fn, by, added: [] } : null;
  }
  const added = names.slice(fn.parameters.length);
  return added.every((each) => !mentions(fn, each)) ? { fn, by: names[index] ?? '', added } : null;
}

/** Whether the name of a parameter means the parameter in the whole body. */
function isFree(fn: PlainFunction, name: string, parameter: ts.ParameterDeclaration): boolean {
  const visit = (node: ts.Node): boolean =>
    ((ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isFunctionDeclaration(node)) &&
      node !== parameter &&
      node.name?.getText() === name &&
      ts.findAncestor(node.parent, ts.isFunctionLike) === fn) ||
    (ts.forEachChild(node, visit) ?? false);
  return fn.body !== undefined && !visit(fn.body);
}

const mentions = (fn: PlainFunction, name: string): boolean => new RegExp(`\\b${name}\\b`).test(fn.getText());

/** How a body gets into `try`: what goes around it, parameters, and the lines that move to the right. */
export interface ForwardingEdits {
  readonly wrap: Wrap;
  readonly parameters: readonly TextEdit[];
  readonly indents: readonly TextEdit[];
}

/** Puts the body of a function into `try`, with a `catch` that hands the error on; null for an empty body. */
export function forwardingEdits(model: SourceModel, { fn, by, added }: Forwarding): ForwardingEdits | null {
  const { body } = fn;
  if (body === undefined) return null;
  const parameters = added.length === 0 ? [] : parameterEdits(model, fn, added);
  const error = by === 'error' ? 'cause' : 'error';
  const { path } = model;
  if (!ts.isBlock(body)) {
    const close = `; } catch (${error}) { ${by}(${error}); } }`;
    const wrap = { path, start: body.getStart(model.file), end: body.end, open: '{ try { ', close };
    return { wrap, parameters, indents: [] };
  }
  const first = body.statements.find((each) => !isDirective(each));
  const last = body.statements.at(-1);
  if (first === undefined || last === undefined) return null;
  const start = first.getStart(model.file);
  if (!body.getText(model.file).includes('\n')) {
    const close = ` } catch (${error}) { ${by}(${error}); }`;
    return { wrap: { path, start, end: last.end, open: 'try { ', close }, parameters, indents: [] };
  }
  const eol = model.text.includes('\r\n') ? '\r\n' : '\n';
  const indent = indentAt(model, start);
  const unit = unitOf(model, fn, indent);
  const open = `try {${eol}${indent}${unit}`;
  const close = `${eol}${indent}} catch (${error}) {${eol}${indent}${unit}${by}(${error});${eol}${indent}}`;
  const indents = lineStarts(model, first, last).map((at) => ({ path, start: at, end: at, text: unit }));
  return { wrap: { path, start, end: endOf(model, last), open, close }, parameters, indents };
}

/** A comment behind the last statement stays with it. */
function endOf(model: SourceModel, { end }: ts.Node): number {
  const rest = /^[ \t]*\/\/[^\r\n]*/.exec(model.text.slice(end))?.[0] ?? '';
  return end + rest.length;
}

const isDirective = (node: ts.Statement): boolean =>
  ts.isExpressionStatement(node) && ts.isStringLiteral(node.expression);

function indentAt(model: SourceModel, offset: number): string {
  const line = model.text.slice(model.text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

function unitOf(model: SourceModel, fn: ts.Node, indent: string): string {
  const outer = indentAt(model, fn.getStart(model.file));
  const unit = indent.startsWith(outer) ? indent.slice(outer.length) : '';
  return unit === '' ? '  ' : unit;
}

/** Starts of the lines between two statements, without those inside of texts, which must stay as they are. */
function lineStarts(model: SourceModel, first: ts.Node, last: ts.Node): readonly number[] {
  const texts: (readonly [number, number])[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      texts.push([node.getStart(model.file), node.end]);
    ts.forEachChild(node, visit);
  };
  visit(first.parent);
  return model.file
    .getLineStarts()
    .filter((at) => first.getStart(model.file) < at && at < last.end)
    .filter((at) => !/^[ \t]*\r?\n/.test(model.text.slice(at)))
    .filter((at) => !texts.some(([from, to]) => from < at && at <= to));
}

function parameterEdits(
  model: SourceModel,
  fn: PlainFunction,
  added: readonly string[],
): readonly TextEdit[] {
  const last = fn.parameters.at(-1);
  const at = (start: number, text: string): TextEdit => ({ path: model.path, start, end: start, text });
  const names = added.join(', ');
  if (last === undefined)
    return [at(model.text.indexOf('(', fn.name?.end ?? fn.getStart(model.file)) + 1, names)];
  // `request => …` has no parentheses of its own.
  const isNaked = ts.isArrowFunction(fn) && !/^\s*[),]/.test(model.text.slice(last.end));
  return isNaked
    ? [at(last.getStart(model.file), '('), at(last.end, `, ${names})`)]
    : [at(last.end, `, ${names}`)];
}
