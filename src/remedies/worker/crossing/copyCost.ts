import ts from 'typescript';
import { moduleRefOf, skipOuter } from '../../../code/bindings.ts';
import { exportedFunction } from '../../../code/modules/exportedFunction.ts';
import { importedName } from '../../../code/modules/importedName.ts';
import { namedFunctionOf } from '../../../code/namedFunction.ts';
import type { NamedFunction } from '../../../code/namedFunction.ts';
import type { Refusal } from '../../plan.ts';
import type { ProjectSources } from '../../../code/modules/projectSources.ts';
import { refusalAt } from '../../refuse.ts';
import { modelSource, symbolOf } from '../../../code/sourceModel.ts';
import type { SourceModel } from '../../../code/sourceModel.ts';
import { answersOf } from '../../../code/answersOf.ts';

/** Functions that make a whole object out of a text or of bytes, which takes no longer than copying it. */
const makers = /^(JSON\.parse|structuredClone|deserialize|readJsonSync|readJSONSync)$/;
/** Functions whose time goes by the size of what they are given. */
const takers = /^(JSON\.stringify|structuredClone|serialize)$/;
const deepest = 4;

/** A function in its file. */
interface Located {
  readonly model: SourceModel;
  readonly named: NamedFunction;
}

/** Why a function saves no more than the copies of its arguments or of its result cost; null when it may. */
export function copyCost(project: ProjectSources, { model, named }: Located): Refusal | null {
  if (repeats(named.fn)) return null;
  const answers = answersOf(named.fn);
  const [made] = answers.flatMap((each) => callBehind(project, model, each, makers) ?? []);
  if (made !== undefined) {
    const message = `${named.name} returns the object that ${made} makes. Copying it back from a worker blocks the loop for as long: move the code that uses it, too.`;
    return refusalAt(model, named.fn, 'result-copy-costs-more', message);
  }
  const [taken] = answers.flatMap((each) => callBehind(project, model, each, takers) ?? []);
  if (taken === undefined || named.fn.parameters.length === 0) return null;
  const message = `${named.name} passes its argument to ${taken}. Copying that to a worker blocks the loop for as long: move the code that makes it, too.`;
  return refusalAt(model, named.fn, 'argument-copy-costs-more', message);
}

/** Whether a function does more than pass a value on: a loop, or something for each element. */
function repeats(fn: ts.Node): boolean {
  const visit = (node: ts.Node): boolean =>
    ts.isIterationStatement(node, false) ||
    (node !== fn && ts.isFunctionLike(node)) ||
    (ts.forEachChild(node, visit) ?? false);
  return visit(fn);
}

/** The name of the call that an expression gives the whole answer of, or a part of it, through names and own functions. */
function callBehind(
  project: ProjectSources,
  model: SourceModel,
  expression: ts.Expression,
  wanted: RegExp,
  depth = 0,
): string | null {
  const node = skipOuter(expression);
  const of = (each: ts.Expression): string | null => callBehind(project, model, each, wanted, depth + 1);
  if (depth > deepest) return null;
  if (ts.isPropertyAccessExpression(node) && node.name.text !== 'length') return of(node.expression);
  if (ts.isElementAccessExpression(node)) return of(node.expression);
  if (ts.isConditionalExpression(node)) return of(node.whenTrue) ?? of(node.whenFalse);
  if (ts.isBinaryExpression(node) && /^(\?\?|\|\||&&|,)$/.test(node.operatorToken.getText()))
    return of(node.right) ?? of(node.left);
  if (ts.isIdentifier(node)) {
    const declaration = symbolOf(model, node)?.valueDeclaration;
    const variable = declaration && ts.findAncestor(declaration, ts.isVariableDeclaration);
    return variable?.initializer === undefined ? null : of(variable.initializer);
  }
  if (!ts.isCallExpression(node)) return null;
  const name = moduleRefOf(model, node.expression)?.path.join('.') ?? '';
  if (wanted.test(name)) return name;
  const inner = functionCalled(project, model, node);
  if (inner === null || repeats(inner.named.fn)) return null;
  for (const answer of answersOf(inner.named.fn)) {
    const found = callBehind(project, inner.model, answer, wanted, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** The project's own function that a call runs. */
function functionCalled(
  project: ProjectSources,
  model: SourceModel,
  call: ts.CallExpression,
): Located | null {
  const callee = skipOuter(call.expression);
  const declaration = ts.isIdentifier(callee) ? symbolOf(model, callee)?.declarations?.[0] : undefined;
  const named = declaration === undefined ? null : namedFunctionOf(declaration);
  if (named !== null) return { model, named };
  const imported = importedName(project, model, callee);
  return imported === null
    ? null
    : exportedFunction(project, modelSource(imported.source), imported.exportName);
}
