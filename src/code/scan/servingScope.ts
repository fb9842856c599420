import ts from 'typescript';

const handlerMethods: ReadonlySet<string> = new Set(
  'get post put patch delete head options all use on once addListener route handle createServer addHook'.split(
    ' ',
  ),
);
const requestNames = /^_?(?:req|request|ctx|context)$/;

/** Whether a function runs while the program serves: it is async, or it looks like a handler of requests or events. */
export function serves(scope: ts.FunctionLikeDeclaration): boolean {
  const isAsync = (ts.canHaveModifiers(scope) ? (ts.getModifiers(scope) ?? []) : []).some(
    ({ kind }) => kind === ts.SyntaxKind.AsyncKeyword,
  );
  const [first] = scope.parameters;
  const takesRequest =
    first !== undefined && ts.isIdentifier(first.name) && requestNames.test(first.name.text);
  return (isAsync || takesRequest || isHandlerArgument(scope)) && !endsProcess(scope);
}

function isHandlerArgument(scope: ts.FunctionLikeDeclaration): boolean {
  const call = scope.parent;
  if (!ts.isCallExpression(call)) return false;
  const callee = call.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  return handlerMethods.has(name);
}

/** Once the process exits nobody is served, and nothing but a blocking call would still run. */
export function endsProcess(scope: ts.FunctionLikeDeclaration): boolean {
  const call = scope.parent;
  const event = ts.isCallExpression(call) ? call.arguments[0] : undefined;
  return event !== undefined && ts.isStringLiteralLike(event) && event.text === 'exit';
}
