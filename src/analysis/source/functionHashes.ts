import { createHash } from 'node:crypto';
import ts from 'typescript';
import type { Position } from '../../base/position.ts';
import { innermostScope, isFunctionNode, offsetAt } from '../../code/calls/functionAt.ts';

/** Generated files of this size change as a whole with every build: one hash says enough. Characters. */
const largestToSplit = 1_000_000;
/** 48 bits: among the functions of one file no two share a hash by chance. */
const hashLength = 12;

/** The tokens of a text without what says nothing: white space and comments. */
interface Tokens {
  readonly starts: readonly number[];
  readonly texts: readonly string[];
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, hashLength);

function tokensOf(tree: ts.SourceFile): Tokens {
  const starts: number[] = [];
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const children = node.getChildren(tree);
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    const text = node.getText(tree);
    if (text === '') return;
    starts.push(node.getStart(tree));
    texts.push(text);
  };
  visit(tree);
  return { starts, texts };
}

const known = new WeakMap<ts.SourceFile, Tokens>();

function tokensIn(tree: ts.SourceFile, start: number, end: number): readonly string[] {
  const tokens = known.get(tree) ?? tokensOf(tree);
  known.set(tree, tokens);
  const first = firstAtOrAfter(tokens.starts, start);
  return tokens.texts.slice(first, firstAtOrAfter(tokens.starts, end));
}

function firstAtOrAfter(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const isSplit = (tree: ts.SourceFile): boolean => tree.text.length <= largestToSplit;

const hashOfNode = (tree: ts.SourceFile, node: ts.Node): string =>
  hashOf(isSplit(tree) ? tokensIn(tree, node.getStart(tree), node.end).join(' ') : tree.text);

/** The hash of the function around a zero-based position, or of the file for code at its top level. */
export function hashAround(tree: ts.SourceFile, position: Position): string | null {
  const offset = offsetAt(tree, position);
  return offset === undefined ? null : hashOfNode(tree, isSplit(tree) ? innermostScope(tree, offset) : tree);
}

/** Hashes of all functions of a file, and of the file itself; equal code has equal hashes however it is laid out. */
export function functionHashes(tree: ts.SourceFile): readonly string[] {
  const hashes = new Set([hashOfNode(tree, tree)]);
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) hashes.add(hashOfNode(tree, node));
    ts.forEachChild(node, visit);
  };
  if (isSplit(tree)) visit(tree);
  return [...hashes];
}
