import ts from 'typescript';
import type { TextEdit } from '../plan.ts';

/**
 * Sets `path` in a JSON text to a string or an object, keeping the rest as it is written: objects on the way are made
 * where they are missing, a new key goes where the alphabet puts it, and an existing value is replaced.
 * @returns null when the text is not a JSON object or something on the way is not an object
 */
export function setJsonValue(
  path: string,
  text: string,
  keys: readonly string[],
  value: string | Readonly<Record<string, unknown>>,
): TextEdit | null {
  const file = ts.parseJsonText(path, text);
  const isBroken =
    (file as unknown as { readonly parseDiagnostics: readonly unknown[] }).parseDiagnostics.length > 0;
  let node: ts.Expression | undefined = file.statements[0]?.expression;
  const indent = indentOf(text);
  for (const [level, key] of keys.entries()) {
    if (isBroken || node === undefined || !ts.isObjectLiteralExpression(node)) return null;
    const property: ts.ObjectLiteralElementLike | undefined = node.properties.find(
      (each) => nameOf(each) === key,
    );
    if (property === undefined || !ts.isPropertyAssignment(property)) {
      const made = { key, value: nest(keys.slice(level + 1), value) };
      return insertion(file, node, made, { indent, level: level + 1 });
    }
    node = property.initializer;
  }
  if (node === undefined) return null;
  const replaced = print(value, indent, keys.length, eolOf(text));
  return { path, start: node.getStart(file), end: node.end, text: replaced };
}

/** The value at a path of keys, or undefined when it is not there. */
export function jsonValue(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined,
    value,
  );
}

const nest = (keys: readonly string[], value: unknown): unknown =>
  keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);

const nameOf = (property: ts.ObjectLiteralElementLike): string | undefined =>
  property.name !== undefined && ts.isStringLiteral(property.name) ? property.name.text : undefined;

const indentOf = (text: string): string => /\n([ \t]+)"/.exec(text)?.[1] ?? '  ';
const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

function print(value: unknown, indent: string, level: number, eol: string): string {
  return JSON.stringify(value, null, indent).replaceAll('\n', eol + indent.repeat(level));
}

function insertion(
  file: ts.JsonSourceFile,
  object: ts.ObjectLiteralExpression,
  { key, value }: { readonly key: string; readonly value: unknown },
  { indent, level }: { readonly indent: string; readonly level: number },
): TextEdit {
  const eol = eolOf(file.text);
  const line = `${JSON.stringify(key)}: ${print(value, indent, level, eol)}`;
  const pad = indent.repeat(level);
  const before =
    level === 1 ? object.properties.at(-1) : object.properties.findLast((each) => (nameOf(each) ?? '') < key);
  const [first] = object.properties;
  if (before !== undefined) return edit(file, before.end, `,${eol}${pad}${line}`);
  if (first !== undefined) return edit(file, first.getStart(file), `${line},${eol}${pad}`);
  const start = object.getStart(file);
  const text = `{${eol}${pad}${line}${eol}${indent.repeat(level - 1)}}`;
  return { path: file.fileName, start, end: object.end, text };
}

const edit = (file: ts.JsonSourceFile, at: number, text: string): TextEdit => ({
  path: file.fileName,
  start: at,
  end: at,
  text,
});
