import ts from 'typescript';
import { nameOfFunction } from '../safety/awaitContext.ts';
import type { Refusal } from '../plan.ts';
import { resolveRelative } from '../../code/modules/projectSources.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import { refusalAt } from '../refuse.ts';
import type { PlainFunction } from './asyncFunction.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';
import { referencesOf } from '../../code/references/references.ts';
import { assumptionAt } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { mayBeCalled } from '../../code/references/memberTypes.ts';
import { evalBeside, unseenCallers } from './nameGuard.ts';

/** Knows whether a function may have callers that no file of the project shows. */
export class OutsideCallers {
  readonly #project: ProjectModel;
  readonly #entries: ReadonlySet<string>;
  readonly #sources: ProjectSources;

  constructor(project: ProjectModel, sources: ProjectSources) {
    this.#project = project;
    this.#sources = sources;
    this.#entries = entryFiles(project, sources);
  }

  /** Why a function cannot become async for what is outside of the project; null when it can. */
  refusalOf(fn: PlainFunction): Refusal | null {
    const { member } = holderOf(fn);
    return member === null ? null : this.#contractOf(fn, nameOfFunction(fn));
  }

  /** Whether others can call the function that the project does not show: it is exported, or nothing calls it. */
  #hasOthers(fn: PlainFunction): boolean {
    const { top, member } = holderOf(fn);
    if (member !== null && !referencesOf(this.#project, [member, fn]).names.some(isUse)) return true;
    if (top === null || !this.#isExported(top)) return false;
    const file = fn.getSourceFile();
    if (this.#entries.has(file.fileName)) return true;
    if (member !== null) return false;
    const { names } = referencesOf(this.#project, exported(top));
    const others = names.filter((each) => each.getSourceFile() !== file);
    const isPublic = others.some(
      (each) => this.#entries.has(each.getSourceFile().fileName) && isReexport(each),
    );
    return isPublic || !others.some(isUse);
  }

  /** A type of the project that a method fits by its name, and whose users take its answer for what it says. */
  #contractOf(fn: PlainFunction, name: string): Refusal | null {
    const signature = (this.#project.identifiers.get(name) ?? [])
      .map(({ parent }) => parent)
      .filter((parent) => ts.isMethodSignature(parent) || ts.isPropertySignature(parent))
      .find(mayBeCalled);
    if (signature === undefined || !/\.[cm]?tsx?$/.test(fn.getSourceFile().fileName)) return null;
    const { type } = signature;
    const result = type !== undefined && ts.isFunctionTypeNode(type) ? type.type : type;
    if (result === undefined || /^(any|unknown|void)$|\bPromise(Like)?\b/.test(result.getText())) return null;
    const holder = signature.parent;
    const contract = ts.isInterfaceDeclaration(holder) ? holder.name.text : 'a type';
    const message = `${name} may belong to the contract of ${contract}, whose users would not wait for it.`;
    return refusalAt(this.#project.modelOf(signature), signature, 'caller-cannot-become-async', message);
  }

  /** Places that may call a function and are not among its references. */
  assumptionsOf(fn: PlainFunction): readonly Assumption[] {
    const { top, member } = holderOf(fn);
    const isMember = member !== null;
    const own = this.#project.modelOf(fn);
    const unseen = this.#hasOthers(fn)
      ? [assumptionAt(own, nameNodeOf(fn), 'caller-not-seen', nameOfFunction(fn))]
      : [];
    const evaluated = [...unseen, ...evalBeside(this.#project, fn)];
    if (!isMember && (top === null || !this.#isExported(top))) return evaluated;
    const declared = isMember ? [member, fn] : exported(top ?? fn);
    const references = referencesOf(this.#project, declared);
    return [...evaluated, ...unseenCallers(this.#project, this.#sources, fn, references, isMember)];
  }

  /** Whether a declaration of the top level leaves its file, by itself or by its name. */
  #isExported(declaration: ts.Node): boolean {
    const statement = ts.findAncestor(declaration, (each) => ts.isSourceFile(each.parent));
    if (statement === undefined) return false;
    if (isExportStatement(statement)) return true;
    const { names } = referencesOf(this.#project, [declaration]);
    const file = declaration.getSourceFile();
    return names.some((each) => each.getSourceFile() === file && isExportedAsIs(each));
  }
}

/** The name of a function, or what of it is short enough to be shown. */
const nameNodeOf = (fn: PlainFunction): ts.Node => fn.name ?? fn.parameters[0] ?? fn;

/** `export { load }`, `module.exports = { load, other: load }`, `exports.load = load`, `export default load`. */
function isExportedAsIs(name: ts.MemberName): boolean {
  let node: ts.Node = name;
  while (isPartOfExport(node.parent)) node = node.parent;
  return isExportStatement(node.parent);
}

const isPartOfExport = (node: ts.Node): boolean =>
  ts.isExportSpecifier(node) ||
  ts.isNamedExports(node) ||
  ts.isObjectLiteralExpression(node) ||
  ts.isShorthandPropertyAssignment(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isParenthesizedExpression(node) ||
  ts.isBinaryExpression(node);

/** What names an exported function: its declaration, or the assignment and what it assigns. */
const exported = (top: ts.Node): readonly ts.Node[] =>
  ts.isBinaryExpression(top) ? [top, top.left, top.right] : [top];

interface Holder {
  /** The declaration at the top level of the file that the function is, or is part of; null for nested functions. */
  readonly top: ts.Node | null;
  /** The member of a class or an object that the function is; null for a function by itself. */
  readonly member: ts.Node | null;
}

function holderOf(fn: PlainFunction): Holder {
  let member: ts.Node | null = ts.isMethodDeclaration(fn) ? fn : null;
  let node: ts.Node = fn;
  while (!ts.isSourceFile(node.parent)) {
    const { parent } = node;
    if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) member ??= parent;
    if (ts.isFunctionDeclaration(parent) && parent.name !== undefined) return { top: null, member };
    if (ts.isVariableDeclaration(parent) || ts.isClassDeclaration(parent)) {
      const isTop = ts.findAncestor(parent, ts.isFunctionLike) === undefined;
      return { top: isTop ? parent : null, member };
    }
    if (isExported(parent, node)) return { top: parent, member };
    // Passed on, or made inside of another function: its place says who calls it.
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return { top: null, member: null };
    if (ts.isFunctionLike(parent)) return { top: null, member };
    node = parent;
  }
  return { top: ts.isFunctionDeclaration(node) || ts.isExportAssignment(node) ? node : fn, member };
}

/** `exports.load = function …`: found by the name that it is exported under. */
const isExported = (parent: ts.Node, node: ts.Node): parent is ts.BinaryExpression =>
  ts.isBinaryExpression(parent) &&
  parent.right === node &&
  ts.isPropertyAccessExpression(parent.left) &&
  /^(module\.)?exports\./.test(parent.left.getText());

const isExportStatement = (statement: ts.Node): boolean =>
  ts.isExportAssignment(statement) ||
  ts.isExportDeclaration(statement) ||
  (ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)) ||
  (ts.isExpressionStatement(statement) &&
    ts.isBinaryExpression(statement.expression) &&
    /^(module\.)?exports\b/.test(statement.expression.left.getText()));

const isReexport = (name: ts.MemberName): boolean => ts.isExportSpecifier(name.parent);

/** Whether a name stands where its value is used, not only imported, exported or declared. */
function isUse(name: ts.MemberName): boolean {
  const { parent } = name;
  return !(
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent) ||
    ts.isBindingElement(parent) ||
    ((parent as ts.NamedDeclaration).name === name && !ts.isPropertyAccessExpression(parent)) ||
    (ts.isBinaryExpression(parent) && parent.left === name) ||
    (ts.isPropertyAccessExpression(parent) &&
      ts.isBinaryExpression(parent.parent) &&
      parent.parent.left === parent)
  );
}

/** The files that package.json names, and those that they pass on whole. */
function entryFiles(project: ProjectModel, sources: ProjectSources): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [...(sources.entries ?? [])].map((path) => path.replaceAll('\\', '/'));
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const file = project.models.find((each) => each.path === path)?.file;
    if (file === undefined || found.has(path)) continue;
    found.add(path);
    for (const statement of file.statements) {
      if (!ts.isExportDeclaration(statement) || statement.exportClause !== undefined) continue;
      const specifier = statement.moduleSpecifier;
      const passed =
        specifier !== undefined && ts.isStringLiteral(specifier)
          ? resolveRelative(sources, path, specifier.text)
          : undefined;
      if (passed !== undefined) pending.push(passed.path.replaceAll('\\', '/'));
    }
  }
  return found;
}
