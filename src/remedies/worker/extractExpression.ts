import ts from 'typescript';
import { ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { joinEdits } from '../edits/applyEdits.ts';
import { nameOfFunction } from '../safety/awaitContext.ts';
import { contains, enclosingFunction } from '../../code/scopes.ts';
import { awaitWrapping } from '../edits/awaitEdit.ts';
import { isConstant, skipOuter } from '../../code/bindings.ts';
import { surroundingsOf } from './captures.ts';
import type { Capture } from './captures.ts';
import { checkMovable } from './movable.ts';
import { isImport } from '../../code/importedName.ts';
import { isPure } from '../../code/pureExpression.ts';
import { namedFunctionOf } from '../../code/namedFunction.ts';
import { uncloneablePart } from './cloneability.ts';
import { firstOutsideWrite } from '../../code/effects.ts';
import { freeName } from '../../code/names.ts';
import { bindExport } from '../edits/importEdits.ts';
import type { EditContext } from '../edits/importEdits.ts';
import type { Plan, Refusal, TextEdit } from '../plan.ts';
import type { ProjectSources } from '../../code/projectSources.ts';
import { refuse } from '../refuse.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import { importOf } from '../async/twinExpression.ts';
import { exportTask, executorImport, workerFileEdits, workerFileOf } from './workerFile.ts';
import type { WorkerFile } from './workerFile.ts';
import { copiesWarning } from './workerAnswer.ts';

/** Methods of strings, arrays and regular expressions that can run long and answer with data. */
const methods = new Set(
  'replace replaceAll match test exec search split toSorted toSpliced map filter flatMap reduce reduceRight some every join localeCompare normalize'.split(
    ' ',
  ),
);

/** Of these, the answer holds the very elements of the receiver, which become copies. */
const keepsElements = new Set('toSorted toSpliced map filter flatMap reduce reduceRight'.split(' '));

/** Whether a call is a method of a value rather than a function of a module. */
export function isOwnMethod(model: SourceModel, call: ts.CallExpression): boolean {
  const callee = skipOuter(call.expression);
  if (!ts.isPropertyAccessExpression(callee) || !methods.has(callee.name.text)) return false;
  const root = skipOuter(callee.expression);
  return !ts.isIdentifier(root) || !isImportedName(model, root);
}

function isImportedName(model: SourceModel, name: ts.Identifier): boolean {
  const declaration = model.checker.getSymbolAtLocation(name)?.declarations?.[0];
  return (
    declaration !== undefined &&
    (isImport(declaration) || ts.isNamespaceImport(declaration)) &&
    !isDataImport(declaration)
  );
}

/** A named import may be data (`products.toSorted(…)`), a namespace or default is taken for a module. */
const isDataImport = (declaration: ts.Declaration): boolean =>
  ts.isImportSpecifier(declaration) || ts.isBindingElement(declaration);

/** The expression becomes a task whose parameters are what it takes from the function around it. */
export function extractExpression(
  context: EditContext,
  project: ProjectSources,
  call: ts.CallExpression,
  executorModule: string,
): Result<Plan, Refusal> {
  const { model } = context;
  if (/\.[cm]?tsx?$/.test(model.path)) {
    return refuse(
      model,
      call,
      'function-not-importable',
      'Give this expression a function with typed parameters in a module of its own first.',
    );
  }
  const parts = partsOf(model, call);
  if (!parts.ok) return parts;
  const worker = workerFileOf(project, model);
  const method = (skipOuter(call.expression) as ts.PropertyAccessExpression).name.text;
  const name = freeName(new Set([...context.taken, ...namesOf(worker)]), [taskName(method, call)]);
  const task: NewTask = { worker, name, executorModule };
  return ok({
    kind: 'extract',
    title: `Move ${method}(…) to a worker module, await toThread(${name}, …)`,
    edits: joinEdits([
      ...callEdits(context, call, task, parts.value),
      ...workerEdits(worker, model, call, name, parts.value),
    ]),
    needsExecutor: true,
    asyncSpread: [],
    typeChecked: false,
    assumptions: [],
    warnings: keepsElements.has(method) ? [copiesWarning] : [],
  });
}

/** The task that an expression becomes. */
interface NewTask {
  readonly worker: WorkerFile;
  readonly name: string;
  readonly executorModule: string;
}

/** The expression replaced by a call of its task, with the imports that this takes. */
function callEdits(
  context: EditContext,
  call: ts.CallExpression,
  { worker, name, executorModule }: NewTask,
  { parameters }: Parts,
): readonly TextEdit[] {
  const runner = importOf(context, call, executorModule, 'toThread', null);
  const bound = bindExport(context, {
    specifier: worker.specifier,
    exportName: name,
    wanted: [name],
    retired: null,
    near: null,
  });
  const { before, after } = awaitWrapping(context.model, call);
  const list = [bound.name, ...parameters.map(({ argument }) => argument)].join(', ');
  const text = `${before}${runner.name}(${list})${after}`;
  const start = call.getStart(context.model.file);
  return [{ path: context.model.path, start, end: call.end, text }, ...runner.edits, ...bound.edits];
}

const namesOf = ({ existing }: WorkerFile): readonly string[] =>
  existing === null ? [] : [...existing.text.matchAll(/[A-Za-z_$][\w$]*/g)].map(([word]) => word);

function taskName(method: string, call: ts.CallExpression): string {
  const fn = enclosingFunction(call);
  const owner = fn === null ? '' : nameOfFunction(fn);
  return owner === '' || owner === 'This function'
    ? `${method}Task`
    : `${method}For${owner.slice(0, 1).toUpperCase()}${owner.slice(1)}`;
}

/** Parameters of the task with what the call passes for them, and the constants it takes along. */
interface Parts {
  readonly parameters: readonly {
    readonly name: string;
    readonly argument: string;
    readonly uses: readonly ts.Node[];
  }[];
  readonly along: readonly ts.Statement[];
}

function partsOf(model: SourceModel, call: ts.CallExpression): Result<Parts, Refusal> {
  const isOutside = (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).every((each) => !contains(call, each));
  const write = firstOutsideWrite(model, call, isOutside);
  if (write !== null) {
    const message = 'This changes something outside of the expression; in a worker it would change a copy.';
    return refuse(model, write, 'writes-captured-variable', message);
  }
  const { captures, globals, bound } = surroundingsOf(model, call);
  const [own] = bound;
  if (own !== undefined)
    return refuse(model, own, 'depends-on-this', `${own.getText(model.file)} cannot be used in a worker.`);
  const strange = globals.find(({ text }) =>
    /^(process|globalThis|global|require|module|exports|console)$/.test(text),
  );
  if (strange !== undefined)
    return refuse(model, strange, 'side-effect', `${strange.text} means something else in a worker.`);
  const parameters: Parts['parameters'][number][] = [];
  const along = new Set<ts.Statement>();
  for (const capture of captures) {
    const constant = constantOf(model, capture);
    if (constant !== null && !constant.ok) return constant;
    if (constant?.ok === true) {
      constant.value.forEach((each) => along.add(each));
      continue;
    }
    const culprit = culpritOf(model, capture);
    if (culprit !== null) return culprit;
    parameters.push(parameterOf(model, capture));
  }
  return ok({ parameters: uniquelyNamed(parameters), along: [...along].sort((a, b) => a.pos - b.pos) });
}

/** A top-level constant or function without state, which the task takes along; null when it is passed instead. */
function constantOf(
  model: SourceModel,
  { declaration, name }: Capture,
): Result<readonly ts.Statement[], Refusal> | null {
  const named = namedFunctionOf(declaration);
  if (named !== null) {
    const movable = checkMovable(model, named);
    if (!movable.ok) return movable;
    const imported = movable.value.find((each) => isImport(each.declaration));
    if (imported !== undefined) {
      return refuse(
        model,
        declaration,
        'function-not-importable',
        `${name} uses ${imported.name}: move it to a module of its own first.`,
      );
    }
    const inner = movable.value.map((each) => ts.findAncestor(each.declaration, ts.isStatement));
    return ok([...inner.filter((each) => each !== undefined), named.statement]);
  }
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const value = skipOuter(declaration.initializer);
  const statement = declaration.parent.parent;
  const isTop =
    ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent) && isConstant(model, declaration);
  if (!ts.isRegularExpressionLiteral(value)) return null;
  if (/[gy]/.test(value.text.slice(value.text.lastIndexOf('/')))) {
    return refuse(
      model,
      declaration,
      'regex-cannot-move',
      `${name} keeps its place between calls (flag g or y), which a worker would not share.`,
    );
  }
  return isTop && isPure(value) ? ok([statement]) : null;
}

function culpritOf(model: SourceModel, { uses, declaration, name }: Capture): Result<never, Refusal> | null {
  const [use] = uses;
  if (use === undefined) return null;
  const culprit = uncloneablePart(model, use);
  if (culprit !== null) {
    return refuse(
      model,
      use,
      'argument-cannot-be-cloned',
      `${name} is ${culprit.what}, which cannot be copied to a worker.`,
    );
  }
  return ts.isFunctionLike(declaration) || ts.isClassLike(declaration)
    ? refuse(model, use, 'argument-cannot-be-cloned', `${name} cannot be copied to a worker.`)
    : null;
}

/** `request.body.text.split(…)` passes the text, not the request: the longest chain that all uses share. */
function parameterOf(model: SourceModel, { name, uses }: Capture): Parts['parameters'][number] {
  const chains = uses.map(chainOf);
  const [first] = chains;
  const text = first?.getText(model.file) ?? name;
  const isShared = first !== undefined && chains.every((each) => each.getText(model.file) === text);
  if (!isShared || !ts.isPropertyAccessExpression(first)) return { name, argument: name, uses };
  return { name: first.name.text, argument: text, uses: chains };
}

/** The member chain that starts at a name, up to and without the method that is called. */
function chainOf(name: ts.Identifier): ts.Expression {
  let node: ts.Expression = name;
  while (
    ts.isPropertyAccessExpression(node.parent) &&
    node.parent.expression === node &&
    node.parent.questionDotToken === undefined
  ) {
    const isCallee = ts.isCallExpression(node.parent.parent) && node.parent.parent.expression === node.parent;
    if (isCallee) break;
    node = node.parent;
  }
  return node;
}

function uniquelyNamed(parameters: Parts['parameters']): Parts['parameters'] {
  const taken = new Set<string>();
  return parameters.map((each) => {
    const name = freeName(taken, [each.name, `${each.name}Value`]);
    taken.add(name);
    return { ...each, name };
  });
}

function workerEdits(
  worker: WorkerFile,
  model: SourceModel,
  call: ts.CallExpression,
  name: string,
  { parameters, along }: Parts,
) {
  const present = new Set(namesOf(worker));
  const copies = along
    .filter((each) => !present.has(declaredName(each)))
    .map((each) => each.getText(model.file).replace(/^export\s+/, ''));
  const list = parameters.map((each) => each.name).join(', ');
  const { quote } = worker.style;
  const fn = `(${list}) => ${bodyOf(model, call, parameters)}`;
  const made = exportTask(
    worker,
    name,
    `task(${worker.here}, ${quote}${worker.stem}#${name}${quote}, ${fn})`,
  );
  return workerFileEdits(worker, [executorImport], [...copies, made]);
}

const declaredName = (statement: ts.Statement): string =>
  ts.isVariableStatement(statement)
    ? (statement.declarationList.declarations[0]?.name.getText() ?? '')
    : ((statement as ts.FunctionDeclaration).name?.text ?? '');

/** The text of the call with the passed chains replaced by their parameters. */
function bodyOf(model: SourceModel, call: ts.CallExpression, parameters: Parts['parameters']): string {
  const start = call.getStart(model.file);
  const places = parameters
    .flatMap(({ name, uses }) => uses.map((use) => ({ name, start: use.getStart(model.file), end: use.end })))
    .sort((a, b) => b.start - a.start);
  let text = model.text.slice(start, call.end);
  for (const place of places)
    text = text.slice(0, place.start - start) + place.name + text.slice(place.end - start);
  return text;
}
