import ts from 'typescript';
import type { BlockingCall } from '../../code/catalog/findBlockingCalls.ts';
import type { TextEdit } from '../plan.ts';

/** Fields of file statistics that are plain numbers; the dates and the methods live on the prototype. */
const fields = /^(dev|ino|mode|nlink|uid|gid|rdev|size|blksize|blocks|(a|m|c|birth)timeMs)$/;

/** Bits of `mode` that say what kind of file it is, as POSIX and libuv define them. */
const kindMask = '0o170000';
const kinds: Readonly<Record<string, string>> = {
  isDirectory: '0o040000',
  isFile: '0o100000',
  isSymbolicLink: '0o120000',
};

/** How the statistics that a call gives are used, when that survives a copy: a field is read, or a method is asked for the kind. */
export type StatUse =
  | { readonly kind: 'field' }
  | { readonly kind: 'method'; readonly before: TextEdit; readonly after: TextEdit };

/** The use of `statSync(path)` or `lstatSync(path)`; null when it is another one. */
export function statUseOf(path: string, { call, api }: BlockingCall): StatUse | null {
  if (!/^l?statSync$/.test(api.export) || call.arguments.length !== 1) return null;
  const access = call.parent;
  if (!ts.isPropertyAccessExpression(access) || access.expression !== call) return null;
  if (fields.test(access.name.text)) return { kind: 'field' };
  const asked = access.parent;
  const bits = kinds[access.name.text];
  if (bits === undefined || !ts.isCallExpression(asked) || asked.expression !== access) return null;
  const start = asked.getStart();
  return {
    kind: 'method',
    before: { path, start, end: start, text: '((' },
    after: { path, start: call.end, end: asked.end, text: `.mode & ${kindMask}) === ${bits})` },
  };
}
