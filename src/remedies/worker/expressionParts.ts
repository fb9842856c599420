import ts from 'typescript';
import { err, ok } from '../../base/result.ts';
import type { Result } from '../../base/result.ts';
import { blockingExport } from '../../code/catalog/blockingExport.ts';
import type { Assumption } from '../assumption.ts';
import { contains } from '../../code/scopes.ts';
import { isConstant, skipOuter } from '../../code/bindings.ts';
import { surroundingsOf } from './crossing/captures.ts';
import type { Capture } from './crossing/captures.ts';
import { uncloneablePart } from './cloneability.ts';
import { assumptionsOfValue, obstacleInWorker } from './crossing/crossing.ts';
import { checkAcrossModules, checkImport } from './crossing/crossModule.ts';
import { firstOutsideWrite } from '../../code/effects.ts';
import type { Extraction } from './extraction.ts';
import { chainOf, functionUse } from './functionUse.ts';
import { ownExportName, specifierOf } from '../../code/modules/importedName.ts';
import { isImport } from '../../code/modules/importedName.ts';
import { isPure } from '../../code/pureExpression.ts';
import { isPureGlobal } from './crossing/movable.ts';
import { namedFunctionOf } from '../../code/namedFunction.ts';
import { certainLoss } from './crossing/workerAnswer.ts';
import type { MovedCode } from './crossing/movable.ts';
import { loadedByWorker } from './moved/movedImports.ts';
import { freeName } from '../../code/names.ts';
import type { Refusal } from '../plan.ts';
import { refuse } from '../refuse.ts';
import { repeatableType } from './crossing/repeatableType.ts';
import { keepsPlace } from './crossing/regexState.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import type { WorkerImport } from './workerFile.ts';

/** Parameters of a task with what the call passes for them, and what it takes along. */
export interface Parts {
  readonly parameters: readonly Parameter[];
  /** Constants and functions of the file, which the worker module gets a copy of. */
  readonly along: readonly ts.Statement[];
  readonly imports: readonly WorkerImport[];
  readonly assumptions: readonly Assumption[];
}

interface Parameter {
  readonly name: string;
  /** What TypeScript writes behind the name; null in JavaScript. */
  readonly type: string | null;
  readonly argument: string;
  readonly uses: readonly ts.Expression[];
}

/** What is gathered while the captures of an expression are gone through. */
interface Gathered {
  readonly parameters: Parameter[];
  readonly along: Set<ts.Statement>;
  readonly imports: WorkerImport[];
  readonly assumptions: Assumption[];
  readonly code: MovedCode[];
}

/** Divides what an expression uses into what is passed, what is copied and what the worker module imports. */
export function partsOf(extraction: Extraction): Result<Parts, Refusal> {
  const { context, project, call } = extraction;
  const { model } = context;
  const obstacle = obstacleOf(model, call);
  if (obstacle !== null) return obstacle;
  const loss = certainLoss(model, call, call);
  if (loss !== null) {
    const message = `This gives ${loss.what}, which ${loss.fate}.`;
    return refuse(model, loss.node, 'result-cannot-be-cloned', message);
  }
  const gathered: Gathered = {
    parameters: [],
    along: new Set(),
    imports: [],
    assumptions: [...assumptionsOfValue(model, call, call)],
    code: [{ model, node: call }],
  };
  for (const capture of surroundingsOf(model, call).captures) {
    const refusal = gather(extraction, capture, gathered);
    if (refusal !== null) return refusal;
  }
  const foreign = obstacleInWorker(project, gathered);
  if (foreign !== null) return err(foreign);
  const { along, parameters, imports, assumptions } = gathered;
  const statements = [...along].sort((a, b) => a.pos - b.pos);
  return ok({ parameters: uniquelyNamed(parameters), along: statements, imports, assumptions });
}

function obstacleOf(model: SourceModel, call: ts.CallExpression): Result<never, Refusal> | null {
  const isOutside = (symbol: ts.Symbol): boolean =>
    (symbol.declarations ?? []).every((each) => !contains(call, each));
  const write = firstOutsideWrite(model, call, isOutside);
  if (write !== null) {
    const message = 'This changes a value outside the expression; in a worker it would change a copy.';
    return refuse(model, write, 'writes-captured-variable', message);
  }
  const { globals, bound } = surroundingsOf(model, call);
  const [own] = bound;
  if (own !== undefined)
    return refuse(model, own, 'depends-on-this', `${own.getText(model.file)} cannot be used in a worker.`);
  const strange = globals.find(({ text }) => !isPureGlobal(text));
  return strange === undefined
    ? null
    : refuse(model, strange, 'side-effect', `${strange.text} means something else in a worker.`);
}

function gather(extraction: Extraction, capture: Capture, gathered: Gathered): Result<never, Refusal> | null {
  const { model } = extraction.context;
  const named = namedFunctionOf(capture.declaration);
  if (named !== null) return gatherFunction(extraction, capture, gathered);
  const asFunction =
    capture.uses.map((each) => functionUse(model, each)).find((each) => each !== null) ?? null;
  if (isImport(capture.declaration) && (asFunction !== null || isForeign(capture)))
    return gatherImport(extraction, capture, gathered);
  const regex = regexOf(model, capture);
  if (regex !== null) {
    if (!regex.ok) return regex;
    if (regex.value !== null) gathered.along.add(regex.value);
    if (regex.value !== null) return null;
  }
  if (asFunction !== null) {
    const text = asFunction.getText(model.file);
    const message = `${text} is not known to be a function that a worker can import, and a function cannot be passed to one: move it to the top level of a module first.`;
    return refuse(model, asFunction, 'argument-cannot-be-cloned', message);
  }
  const culprit = culpritOf(model, capture);
  if (culprit !== null) return culprit;
  const parameter = parameterOf(model, capture);
  const [use] = parameter.uses;
  const type = use !== undefined && isTypeScript(model) ? repeatableType(model, use) : null;
  if (use !== undefined && isTypeScript(model) && type === null) {
    const message = `The worker module would have to repeat the type of ${parameter.argument}: declare it as numbers, texts or lists of them, or give this expression a function in a module of its own first.`;
    return refuse(model, use, 'function-not-importable', message);
  }
  gathered.parameters.push({ ...parameter, type });
  if (use !== undefined) gathered.assumptions.push(...assumptionsOfValue(model, use));
  return null;
}

const isTypeScript = ({ path }: SourceModel): boolean => /\.[cm]?tsx?$/.test(path);

/** Packages hold code; a file of the project may hold data that is passed. */
const isForeign = ({ declaration }: Capture): boolean => !/^[./]/.test(specifierOf(declaration) ?? '');

function gatherImport(
  { project, context }: Extraction,
  capture: Capture,
  gathered: Gathered,
): Result<never, Refusal> | null {
  const { model } = context;
  const { declaration, name, uses } = capture;
  const specifier = specifierOf(declaration);
  const [blocking] = uses.flatMap((each) => blockingExport(model, each) ?? []);
  if (blocking !== undefined) {
    const message = `${blocking.getText(model.file)} blocks by itself each time it is called: use its asynchronous version in a loop instead.`;
    return refuse(model, blocking, 'side-effect', message);
  }
  const checked = checkImport(project, model, capture, new Set());
  if (!checked.ok) return checked;
  const loaded = loadedByWorker(project, model, [capture]);
  if (loaded !== null) return loaded;
  gathered.code.push(...checked.value.code);
  gathered.assumptions.push(...checked.value.assumptions);
  const exported = ownExportName(declaration) ?? (ts.isImportClause(declaration) ? 'default' : null);
  if (specifier !== null)
    gathered.imports.push({ specifier, names: exported === null ? name : [[exported, name]] });
  return null;
}

/** A function of the file, which the task takes along with what it needs. */
function gatherFunction(
  { project, context }: Extraction,
  { declaration, name }: Capture,
  gathered: Gathered,
): Result<never, Refusal> | null {
  const { model } = context;
  const named = namedFunctionOf(declaration);
  if (named === null) return null;
  const movable = checkAcrossModules(project, model, named, 'helper');
  if (!movable.ok) return movable;
  const { captures, code, assumptions } = movable.value;
  const imported = captures.find((each) => isImport(each.declaration));
  if (imported !== undefined) {
    const message = `${name} uses ${imported.name}: move it to a module of its own first.`;
    return refuse(model, declaration, 'function-not-importable', message);
  }
  for (const each of [
    named.statement,
    ...captures.map((one) => ts.findAncestor(one.declaration, ts.isStatement)),
  ])
    if (each !== undefined) gathered.along.add(each);
  gathered.code.push(...code);
  gathered.assumptions.push(...assumptions);
  return null;
}

/** A regular expression: the statement that the task takes along, null where it is passed; a refusal where it remembers. */
function regexOf(
  model: SourceModel,
  { declaration, name, symbol }: Capture,
): Result<ts.Statement | null, Refusal> | null {
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  const value = skipOuter(declaration.initializer);
  if (!ts.isRegularExpressionLiteral(value)) return null;
  const use = keepsPlace(model, symbol, value);
  if (use !== null) {
    const text = use.parent.getText(model.file).replace(/\s+/g, ' ').slice(0, 40);
    const message = `${name} keeps its place between calls (${text}, flag g or y), which a worker would not share.`;
    return refuse(model, use, 'regex-cannot-move', message);
  }
  const statement = declaration.parent.parent;
  const isTop =
    ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent) && isConstant(model, declaration);
  return ok(isTop && isPure(value) ? statement : null);
}

function culpritOf(model: SourceModel, { uses, declaration, name }: Capture): Result<never, Refusal> | null {
  const [use] = uses;
  if (use === undefined) return null;
  const culprit = uncloneablePart(model, use);
  if (culprit !== null) {
    const message = `${name} is ${culprit.what}, which cannot be copied to a worker.`;
    return refuse(model, use, 'argument-cannot-be-cloned', message);
  }
  return ts.isFunctionLike(declaration) || ts.isClassLike(declaration)
    ? refuse(model, use, 'argument-cannot-be-cloned', `${name} cannot be copied to a worker.`)
    : null;
}

/** `request.body.text.split(…)` passes the text, not the request: the longest chain that all uses share. */
function parameterOf(model: SourceModel, { name, uses }: Capture): Omit<Parameter, 'type'> {
  const chains = uses.map(chainOf);
  const [first] = chains;
  const text = first?.getText(model.file) ?? name;
  const isShared = first !== undefined && chains.every((each) => each.getText(model.file) === text);
  if (!isShared || !ts.isPropertyAccessExpression(first)) return { name, argument: name, uses };
  return { name: first.name.text, argument: text, uses: chains };
}

function uniquelyNamed(parameters: readonly Parameter[]): readonly Parameter[] {
  const taken = new Set<string>();
  return parameters.map((each) => {
    const name = freeName(taken, [each.name, `${each.name}Value`]);
    taken.add(name);
    return { ...each, name };
  });
}
