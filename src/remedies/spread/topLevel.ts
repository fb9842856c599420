import ts from 'typescript';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';

/**
 * `main();` at the end of a program: nothing follows that would have to wait, and an error still ends the process. Null
 * when it is not that; otherwise what has to hold all the same.
 */
export function lastStepOf(project: ProjectModel, call: ts.CallExpression): readonly Assumption[] | null {
  const statement = call.parent;
  if (!ts.isExpressionStatement(statement)) return null;
  const file = statement.getSourceFile();
  if (ts.isExternalModule(file)) return null;
  const isAlone = ts.isSourceFile(statement.parent) && !/\bexports\b/.test(file.text);
  const last = isAlone ? statement : guardOf(statement);
  return last !== null && isLast(file, last) ? orderOfModules(project, call) : null;
}

/** `if (require.main === module) main();` without anything else in it. */
function guardOf(statement: ts.Statement): ts.Statement | null {
  const branch = ts.isBlock(statement.parent) ? statement.parent : statement;
  const guard = branch.parent;
  if (!ts.isIfStatement(guard) || guard.thenStatement !== branch || !ts.isSourceFile(guard.parent))
    return null;
  if (ts.isBlock(branch) && branch.statements.at(-1) !== statement) return null;
  const condition = guard.expression.getText().replace(/\s+/g, '');
  return /^(require\.main===?module|module===?require\.main)$/.test(condition) ? guard : null;
}

const isLast = (file: ts.SourceFile, statement: ts.Statement): boolean =>
  file.statements.slice(file.statements.indexOf(statement) + 1).every(isDeclaration);

const isDeclaration = (node: ts.Statement): boolean =>
  ts.isFunctionDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** What runs while the top level of a module waits: sibling modules, and callbacks that were started before. */
export function orderOfModules(project: ProjectModel, call: ts.CallExpression): readonly Assumption[] {
  const file = call.getSourceFile();
  const name = file.fileName.split('/').at(-1) ?? file.fileName;
  const place = importOf(project, file) ?? startedBefore(file, call);
  return place === null ? [] : [assumptionAt(project.modelOf(place), place, 'module-order', name)];
}

/** Where another file of the project loads this one. */
function importOf(project: ProjectModel, file: ts.SourceFile): ts.Node | null {
  const stem = stemOf(file.fileName);
  for (const { file: other } of project.models) {
    if (other === file) continue;
    const visit = (node: ts.Node): ts.Node | undefined => {
      const isRelative = ts.isStringLiteralLike(node) && /^[.#@~]|^\//.test(node.text);
      if (isRelative && stemOf(node.text).split('/').at(-1) === stem.split('/').at(-1)) return node;
      return ts.forEachChild(node, visit);
    };
    const found = visit(other);
    if (found !== undefined) return found;
  }
  return null;
}

const stemOf = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');

/** A call before the wait that is given a function, or whose promise is dropped: its work may go on during the wait. */
function startedBefore(file: ts.SourceFile, call: ts.CallExpression): ts.Node | null {
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (node.pos >= call.pos || ts.isFunctionLike(node)) return undefined;
    if (ts.isCallExpression(node) && node.end < call.pos && starts(node)) return node;
    return ts.forEachChild(node, visit);
  };
  return visit(file) ?? null;
}

const goesThrough =
  /^(map|forEach|filter|reduce|some|every|flatMap|find|findIndex|sort|toSorted|replace|from)$/;

function starts(call: ts.CallExpression): boolean {
  const callee = call.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  if (call.arguments.some((each) => ts.isArrowFunction(each) || ts.isFunctionExpression(each)))
    return !goesThrough.test(name) && !ts.isVariableDeclaration(call.parent);
  return /^(on|once|listen|then|catch|finally|setTimeout|setImmediate|setInterval|nextTick|queueMicrotask)$/.test(
    name,
  );
}
