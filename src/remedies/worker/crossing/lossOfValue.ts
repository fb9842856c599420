import ts from 'typescript';

/**
 * What becomes of a value that is copied to another thread. `primitive` and `plain` arrive as they are; `lossy` is known
 * to lose something; `unknown` may be anything.
 */
export type ValueKind =
  | { readonly kind: 'primitive' | 'plain' }
  | { readonly kind: 'unknown'; readonly node: ts.Node; readonly what: string }
  | {
      readonly kind: 'lossy';
      readonly node: ts.Node;
      readonly what: string;
      /** Whatever branch is taken: else the value may also be one that loses nothing. */
      readonly isCertain: boolean;
    };

/** Numbers, texts and the like. */
export const primitive: ValueKind = { kind: 'primitive' };
/** Data that arrives as it is. */
export const plain: ValueKind = { kind: 'plain' };
/** May be anything. */
export const unknown = (node: ts.Node): ValueKind => ({ kind: 'unknown', node, what: node.getText() });
/** Known to lose something. */
export const lossy = (node: ts.Node, what = node.getText()): ValueKind => ({
  kind: 'lossy',
  node,
  what,
  isCertain: true,
});
/** The same value, which may also be another. */
export const perhaps = (value: ValueKind): ValueKind =>
  value.kind === 'lossy' ? { ...value, isCertain: false } : value;

/** From what crosses as it is to what does not. */
export const order = ['primitive', 'plain', 'unknown', 'lossy'] as const;
/** The least of several. */
export const worst = (kinds: readonly ValueKind[]): ValueKind =>
  kinds.reduce((a, b) => (order.indexOf(b.kind) > order.indexOf(a.kind) ? b : a), primitive);
/** One of several values: what is lost is certain only where each of them loses something. */
export const either = (kinds: readonly ValueKind[]): ValueKind =>
  worst(kinds.every((each) => each.kind === 'lossy') ? kinds : kinds.map(perhaps));
/** A container of values: it is an object itself. */
export const holding = (kinds: readonly ValueKind[]): ValueKind => worst([plain, ...kinds]);

/** Whether a use does not happen each time that its function runs. */
export const isConditional = (use: ts.Node): boolean =>
  ts.findAncestor(use, (each) => (ts.isFunctionLike(each) ? 'quit' : isBranch(each))) !== undefined;

const isBranch = (node: ts.Node): boolean =>
  ts.isIfStatement(node) ||
  ts.isIterationStatement(node, false) ||
  ts.isCaseOrDefaultClause(node) ||
  ts.isConditionalExpression(node) ||
  ts.isTryStatement(node) ||
  (ts.isBinaryExpression(node) && /^(\|\||&&|\?\?)$/.test(node.operatorToken.getText()));
