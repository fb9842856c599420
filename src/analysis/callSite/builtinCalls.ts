import ts from 'typescript';
import type { Cause } from '../../report/cause.ts';
import { calleeName, calleeOf, receiverText, type CallNode } from '../../code/calls/callsIn.ts';
import { perNode } from '../../code/calls/perNode.ts';

/** V8 builtins that leave no frame of their own in a profile: their time shows as the caller's own. */
const framelessByText: Readonly<Record<string, Cause>> = {
  'JSON.parse': 'serialization',
  'JSON.stringify': 'serialization',
  structuredClone: 'serialization',
  'globalThis.structuredClone': 'serialization',
  'Atomics.wait': 'wait',
};

const framelessMethods: Readonly<Record<string, Cause>> = { sort: 'cpu', toSorted: 'cpu' };

const alwaysRegex: ReadonlySet<string> = new Set(['test', 'exec', 'match', 'matchAll', 'search']);
const regexByArgument: ReadonlySet<string> = new Set(['replace', 'replaceAll', 'split']);

/** The pattern text of a regular expression written at, or bound to a name used at, an expression. */
export function patternOf(node: ts.Expression | undefined): string | null {
  const written = patternAt(node);
  const name = node === undefined ? null : lastName(node);
  if (written !== null || node === undefined || name === null) return written;
  return patternAt(initializersOf(node.getSourceFile()).get(name));
}

/** The name by which an expression reads a constant: `TRAILING`, `PATTERNS.trailing`, `this.#trailing`. */
function lastName(node: ts.Expression): string | null {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)
    ? node.argumentExpression.text
    : null;
}

function patternAt(node: ts.Expression | undefined): string | null {
  if (node === undefined) return null;
  if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) {
    const text = node.getText();
    return text.slice(1, text.lastIndexOf('/'));
  }
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))
    return patternAt(node.expression);
  if (!(ts.isNewExpression(node) || ts.isCallExpression(node)) || node.expression.getText() !== 'RegExp')
    return null;
  const first = node.arguments?.[0];
  return first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
}

/** What names of a file were first declared with, by their text alone: enough to recognise a pattern. */
const initializersOf = perNode((file: ts.SourceFile): ReadonlyMap<string, ts.Expression> => {
  const found = new Map<string, ts.Expression>();
  const visit = (node: ts.Node): void => {
    const isNamed =
      ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node);
    if (isNamed && (ts.isIdentifier(node.name) || ts.isPrivateIdentifier(node.name))) {
      const { text } = node.name;
      if (node.initializer !== undefined && !found.has(text)) found.set(text, node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
});

/** The expression of a call that may be the regular expression: the receiver of `test`, the argument of `replace`. */
function regexExpression(call: CallNode): ts.Expression | undefined {
  const name = calleeName(call) ?? '';
  const callee = calleeOf(call);
  if ((name === 'test' || name === 'exec') && ts.isPropertyAccessExpression(callee)) return callee.expression;
  return ts.isCallExpression(call) ? call.arguments[0] : undefined;
}

/** Whether a call runs a regular expression, and its pattern where the source shows it. */
export function regexCall(call: CallNode): { readonly pattern: string | null } | null {
  const name = calleeName(call) ?? '';
  const pattern = patternOf(regexExpression(call));
  if (pattern !== null && (alwaysRegex.has(name) || regexByArgument.has(name))) return { pattern };
  return alwaysRegex.has(name) ? { pattern: null } : null;
}

/**
 * Whether a call runs a regular expression, or may: one that the file does not show, such as an imported constant. Only a
 * stack that shows a regular expression makes such a call one.
 */
export function perhapsRegexCall(call: CallNode): { readonly pattern: string | null } | null {
  const known = regexCall(call);
  if (known !== null || !regexByArgument.has(calleeName(call) ?? '')) return known;
  const expression = regexExpression(call);
  return expression === undefined || ts.isStringLiteralLike(expression) ? null : { pattern: null };
}

/** The cause of a call to a builtin without a frame of its own; null for any other call. */
export function framelessCause(call: CallNode): Cause | null {
  const name = calleeName(call);
  if (name === null) return null;
  const receiver = receiverText(call);
  const byText = framelessByText[receiver === '' ? name : `${receiver}.${name}`];
  if (byText !== undefined) return byText;
  if (regexCall(call) !== null) return 'regex';
  return receiver === '' ? null : (framelessMethods[name] ?? null);
}
