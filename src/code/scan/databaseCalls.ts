import ts from 'typescript';
import { findApi, type BlockingApi } from '../catalog/catalog.ts';
import type { BlockingCall } from '../catalog/findBlockingCalls.ts';
import { isConstant, moduleRefOf, skipOuter } from '../bindings.ts';
import { importedName } from '../modules/importedName.ts';
import { modelSource, symbolOf, type SourceModel } from '../sourceModel.ts';
import type { SourceProvider } from '../sourceProvider.ts';
import { exportedValue } from './exportedValue.ts';

/** A driver whose objects block in their methods; `database` and `statement` are their exports in the catalog. */
interface Driver {
  readonly module: string;
  /** Path of the class from the module; '' where the module itself is the class. */
  readonly className: string;
  readonly database: string;
  readonly statement: string;
}

const betterSqlite = 'Database#prepare().all/get/run, exec, transaction';
const drivers: readonly Driver[] = [
  { module: 'sqlite', className: 'DatabaseSync', database: 'DatabaseSync', statement: 'StatementSync' },
  { module: 'better-sqlite3', className: '', database: betterSqlite, statement: betterSqlite },
];

/** An object that a driver made. */
interface Handle {
  readonly driver: Driver;
  readonly kind: 'database' | 'statement';
}

const blockingMethods: Readonly<Record<Handle['kind'], ReadonlySet<string>>> = {
  database: new Set(['exec', 'pragma']),
  statement: new Set(['all', 'get', 'run', 'iterate']),
};
/** Methods of a statement that give it back, set up. */
const fluentMethods: ReadonlySet<string> = new Set(['pluck', 'expand', 'raw', 'bind']);
/** Names stand for names, and chains have links: more of them than this are nobody's program. */
const deepest = 12;

/** A file of a project. */
interface Place {
  readonly project: SourceProvider;
  readonly model: SourceModel;
}

/** What an expression is known to hold, by where in the project the object was made; undefined for anything else. */
function handleOf(place: Place, expression: ts.Expression, depth = 0): Handle | undefined {
  const { model } = place;
  const node = skipOuter(expression);
  if (depth > deepest) return undefined;
  if (ts.isNewExpression(node)) return databaseMadeBy(model, node);
  if (ts.isCallExpression(node)) return statementMadeBy(place, node, depth);
  const value = ts.isIdentifier(node) ? valueOfName(model, node) : valueOfOwnField(node);
  const handle = value && handleOf(place, value, depth + 1);
  return handle ?? importedHandle(place, node, depth);
}

function importedHandle({ project, model }: Place, node: ts.Expression, depth: number): Handle | undefined {
  const imported = importedName(project, model, node);
  if (imported === null) return undefined;
  const value = exportedValue(project, modelSource(imported.source), imported.exportName);
  return value && handleOf({ project, model: value.model }, value.expression, depth + 1);
}

function databaseMadeBy(model: SourceModel, node: ts.NewExpression): Handle | undefined {
  const ref = moduleRefOf(model, node.expression);
  const driver = drivers.find(
    ({ module, className }) => ref?.module === module && ref.path.join('.') === className,
  );
  return driver && { driver, kind: 'database' };
}

function statementMadeBy(place: Place, call: ts.CallExpression, depth: number): Handle | undefined {
  const callee = skipOuter(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const holder = handleOf(place, callee.expression, depth + 1);
  if (holder?.kind === 'database' && callee.name.text === 'prepare') return { ...holder, kind: 'statement' };
  return holder?.kind === 'statement' && fluentMethods.has(callee.name.text) ? holder : undefined;
}

function valueOfName(model: SourceModel, name: ts.Identifier): ts.Expression | undefined {
  const declarations = symbolOf(model, name)?.declarations ?? [];
  const [declaration] = declarations;
  if (declarations.length !== 1 || declaration === undefined || !ts.isVariableDeclaration(declaration))
    return undefined;
  return isConstant(model, declaration) ? declaration.initializer : undefined;
}

/** The value that the class around `this.db` assigns to it; undefined if there are several. */
function valueOfOwnField(node: ts.Expression): ts.Expression | undefined {
  if (!ts.isPropertyAccessExpression(node) || node.expression.kind !== ts.SyntaxKind.ThisKeyword)
    return undefined;
  const values: ts.Expression[] = [];
  const visit = (each: ts.Node): void => {
    const value = valueForField(each, node.name.text);
    if (value !== undefined) values.push(value);
    ts.forEachChild(each, visit);
  };
  const around = ts.findAncestor(node, ts.isClassLike);
  if (around !== undefined) visit(around);
  return values.length === 1 ? values[0] : undefined;
}

function valueForField(node: ts.Node, name: string): ts.Expression | undefined {
  if (ts.isPropertyDeclaration(node) && node.name.getText() === name) return node.initializer;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  const { left, right } = node;
  const isField =
    ts.isPropertyAccessExpression(left) &&
    left.expression.kind === ts.SyntaxKind.ThisKeyword &&
    left.name.text === name;
  return isField ? right : undefined;
}

function databaseCallOf(place: Place, call: ts.CallExpression): BlockingCall | undefined {
  const callee = skipOuter(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  const method = callee.name.text;
  if (!Object.values(blockingMethods).some((methods) => methods.has(method))) return undefined;
  const handle = handleOf(place, callee.expression);
  if (handle === undefined || !blockingMethods[handle.kind].has(method)) return undefined;
  const { driver, kind } = handle;
  const api: BlockingApi | undefined = findApi(driver.module, driver[kind]);
  return (
    api && { call, api, ref: { module: driver.module, path: [driver[kind], method] }, moduleObject: null }
  );
}

/** Calls that run a statement of a synchronous database driver, in any order. The objects are followed through the project. */
export function findDatabaseCalls(project: SourceProvider, model: SourceModel): readonly BlockingCall[] {
  const found: BlockingCall[] = [];
  const visit = (node: ts.Node): void => {
    const database = ts.isCallExpression(node) ? databaseCallOf({ project, model }, node) : undefined;
    if (database !== undefined) found.push(database);
    ts.forEachChild(node, visit);
  };
  visit(model.file);
  return found;
}
