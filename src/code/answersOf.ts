import ts from 'typescript';

/** The expressions that a function gives; those of functions nested in it are not its own. */
export function answersOf(fn: ts.FunctionLikeDeclaration): readonly ts.Expression[] {
  const { body } = fn;
  if (body === undefined) return [];
  if (!ts.isBlock(body)) return [body];
  const answers: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) answers.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return answers;
}
