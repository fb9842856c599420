import ts from 'typescript';
import { skipOuter } from '../bindings.ts';
import { enclosingScope } from '../calls/functionAt.ts';
import type { Scope } from '../calls/functionAt.ts';
import { exportedDeclaration, exportedFunction } from '../modules/exportedFunction.ts';
import { importedName } from '../modules/importedName.ts';
import { modelSource, symbolOf } from '../sourceModel.ts';
import type { SourceModel } from '../sourceModel.ts';
import type { SourceProvider } from '../sourceProvider.ts';
import { endsProcess, serves } from './servingScope.ts';

/** A call on the way to a blocking one; zero-based line. */
export interface WayStep {
  readonly path: string;
  readonly line: number;
  readonly callee: string;
}

/** Calls that lead from a handler or an async function to a function, the outermost first; empty for these themselves. */
export type Way = readonly WayStep[];

/** A function of the project, known by its place: trees are read again and again. */
interface FunctionPlace {
  readonly model: SourceModel;
  readonly fn: ts.Node;
}

const keyOf = ({ model, fn }: FunctionPlace): string => `${model.path}:${String(fn.pos)}`;

/** Which functions of a project run while it serves, and by which calls they are reached. */
export class ReachedFunctions {
  readonly #project: SourceProvider;
  readonly #ways = new Map<string, Way>();

  /** Follows calls from the handlers and async functions of the given files, through all files that these import. */
  constructor(project: SourceProvider, models: readonly SourceModel[]) {
    this.#project = project;
    const pending: FunctionPlace[] = [];
    for (const model of models) {
      const visit = (node: ts.Node): void => {
        if (isFunction(node) && serves(node)) {
          this.#ways.set(keyOf({ model, fn: node }), []);
          pending.push({ model, fn: node });
        }
        ts.forEachChild(node, visit);
      };
      visit(model.file);
    }
    // First come, first served: the way that is kept is a shortest one.
    for (let next = pending.shift(); next !== undefined; next = pending.shift())
      pending.push(...this.#follow(next));
  }

  /** How a place is reached while the program serves; null where it is not seen to be. */
  wayTo(model: SourceModel, node: ts.Node): Way | null {
    for (let scope: Scope = enclosingScope(node); !ts.isSourceFile(scope); scope = enclosingScope(scope)) {
      if (endsProcess(scope)) return null;
      const way = this.#ways.get(keyOf({ model, fn: scope }));
      if (way !== undefined) return way;
    }
    return null;
  }

  /** The functions that one calls, or hands on to be called, and that were not reached before. */
  #follow({ model, fn }: FunctionPlace): readonly FunctionPlace[] {
    const way = this.#ways.get(keyOf({ model, fn })) ?? [];
    const found: FunctionPlace[] = [];
    const visit = (node: ts.Node): void => {
      if (isFunction(node) && endsProcess(node)) return;
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        const handedOn = (node.arguments ?? []).filter((each) => !ts.isObjectLiteralExpression(each));
        for (const callee of [node.expression, ...handedOn]) {
          const target = this.#functionOf(model, callee, ts.isNewExpression(node));
          if (target === null || this.#ways.has(keyOf(target))) continue;
          const { line } = model.file.getLineAndCharacterOfPosition(node.getStart(model.file));
          const step = { path: model.path, line, callee: lastNameOf(callee) };
          this.#ways.set(keyOf(target), [...way, step]);
          found.push(target);
        }
      }
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(fn, visit);
    return found;
  }

  /** The function of the project that an expression stands for; null for anything else. */
  #functionOf(model: SourceModel, expression: ts.Expression, isNew: boolean): FunctionPlace | null {
    const callee = skipOuter(expression);
    if (ts.isPropertyAccessExpression(callee)) {
      const own = this.#methodOf(model, callee);
      if (own !== null) return own;
    }
    const imported = importedName(this.#project, model, callee);
    if (imported !== null) return this.#exported(modelSource(imported.source), imported.exportName, isNew);
    const declaration = ts.isIdentifier(callee) ? symbolOf(model, callee)?.declarations?.[0] : undefined;
    return declaration === undefined ? null : functionDeclared(model, declaration, isNew);
  }

  #exported(model: SourceModel, name: string, isNew: boolean): FunctionPlace | null {
    const fn = exportedFunction(this.#project, model, name);
    if (fn !== null) return { model: fn.model, fn: fn.named.fn };
    const found = exportedDeclaration(this.#project, model, name);
    if (found !== null) return functionDeclared(found.model, found.declaration, isNew);
    const value = classAssigned(model, name);
    return value === null ? null : functionDeclared(model, value, isNew);
  }

  /** `this.load()` in a class, and methods of what a `new` of the project's class made. */
  #methodOf(model: SourceModel, callee: ts.PropertyAccessExpression): FunctionPlace | null {
    const holder = skipOuter(callee.expression);
    if (holder.kind === ts.SyntaxKind.ThisKeyword)
      return memberOf(model, ts.findAncestor(callee, ts.isClassLike), callee.name.text);
    const made = madeBy(model, holder);
    if (made === null) return null;
    const maker = this.#functionOf(model, made.expression, true);
    const around = maker === null ? undefined : ts.findAncestor(maker.fn, ts.isClassLike);
    return maker === null ? null : memberOf(maker.model, around, callee.name.text);
  }
}

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node;

function lastNameOf(callee: ts.Expression): string {
  const node = skipOuter(callee);
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  return node.getText().replace(/\s+/g, ' ').slice(0, 40);
}

/** The `new` that made what a constant holds. */
function madeBy(model: SourceModel, holder: ts.Expression): ts.NewExpression | null {
  if (ts.isNewExpression(holder)) return holder;
  const declaration = ts.isIdentifier(holder) ? symbolOf(model, holder)?.declarations?.[0] : undefined;
  const value =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return value !== undefined && ts.isNewExpression(skipOuter(value))
    ? (skipOuter(value) as ts.NewExpression)
    : null;
}

function memberOf(
  model: SourceModel,
  owner: ts.ClassLikeDeclaration | undefined,
  name: string,
): FunctionPlace | null {
  const member = owner?.members.find((each) => each.name?.getText(model.file) === name);
  if (member === undefined) return null;
  if (isFunction(member)) return { model, fn: member };
  const value =
    ts.isPropertyDeclaration(member) && member.initializer !== undefined
      ? skipOuter(member.initializer)
      : undefined;
  return value !== undefined && isFunction(value) ? { model, fn: value } : null;
}

/** A declared function, or what `new` of a declared class runs: its constructor, else the class with its fields. */
function functionDeclared(model: SourceModel, declaration: ts.Node, isNew: boolean): FunctionPlace | null {
  const value =
    ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined
      ? skipOuter(declaration.initializer)
      : declaration;
  if (isFunction(value)) return { model, fn: value };
  if (!isNew || !ts.isClassLike(value)) return null;
  return { model, fn: value.members.find(ts.isConstructorDeclaration) ?? value };
}

/** `exports.Name = class …`. */
function classAssigned(model: SourceModel, name: string): ts.ClassExpression | null {
  for (const statement of model.file.statements) {
    if (!ts.isExpressionStatement(statement) || !ts.isBinaryExpression(statement.expression)) continue;
    const { left, right } = statement.expression;
    const target = left.getText(model.file).replace(/^module\./, '');
    const isMeant = target === `exports.${name}` || (target === 'exports' && name === 'default');
    if (isMeant && ts.isClassExpression(skipOuter(right))) return skipOuter(right) as ts.ClassExpression;
  }
  return null;
}
