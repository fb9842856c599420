import ts from 'typescript';
import { declarationsOf } from './projectModel.ts';
import type { ProjectModel } from './projectModel.ts';

/** Every place of a project that names a function, under whatever name it was imported. */
export interface References {
  readonly names: readonly ts.MemberName[];
  /** Property reads of the same name whose receiver is of unknown type: they might mean the function too. */
  readonly suspects: readonly ts.MemberName[];
}

/** Finds all references to what the declarations declare, following imports, exports and constant aliases. */
export function referencesOf(project: ProjectModel, declarations: readonly ts.Node[]): References {
  const targets = new Set<ts.Node>(declarations);
  const texts = new Set<string>(declarations.flatMap(namesOf));
  const found = new Set<ts.MemberName>();
  for (let before = -1; before !== found.size + targets.size + texts.size;) {
    before = found.size + targets.size + texts.size;
    for (const text of texts) {
      for (const name of project.identifiers.get(text) ?? []) {
        if (!means(project, name, targets)) continue;
        found.add(name);
        for (const [node, alias] of aliasesAt(name)) {
          targets.add(node);
          texts.add(alias);
        }
      }
    }
    for (const local of importedNames(project)) if (means(project, local, targets)) texts.add(local.text);
  }
  const isMember = [...targets].some(isMemberDeclaration);
  const suspects = isMember ? [...texts].flatMap((text) => suspectsOf(project, text, targets)) : [];
  return { names: [...found], suspects };
}

/** Members are reached through objects, whose type is not always known. */
const isMemberDeclaration = (node: ts.Node): boolean =>
  ts.isMethodDeclaration(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isShorthandPropertyAssignment(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isBinaryExpression(node);

const namesOf = (node: ts.Node): readonly string[] => {
  const name = ts.getNameOfDeclaration(node as ts.Declaration);
  if (name !== undefined && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name))) return [name.text];
  return ts.isBinaryExpression(node) && ts.isPropertyAccessExpression(node.left) ? [node.left.name.text] : [];
};

function means(project: ProjectModel, name: ts.MemberName, targets: ReadonlySet<ts.Node>): boolean {
  if (declarationsOf(project, name).some((each) => targets.has(each))) return true;
  if (!ts.isShorthandPropertyAssignment(name.parent)) return false;
  const value = project.checker.getShorthandAssignmentValueSymbol(name.parent);
  return value?.declarations?.some((each) => targets.has(each)) ?? false;
}

/** Further names that a reference creates: `{ load }`, `{ other: load }`, `exports.load = load`, `const again = load`. */
function aliasesAt(name: ts.MemberName): readonly (readonly [ts.Node, string])[] {
  const { parent } = name;
  if (ts.isShorthandPropertyAssignment(parent)) return [[parent, name.text]];
  if (ts.isPropertyAssignment(parent) && parent.initializer === name)
    return [[parent, parent.name.getText()]];
  if (ts.isExportSpecifier(parent)) return [[parent, parent.name.text]];
  if (ts.isVariableDeclaration(parent) && parent.initializer === name && ts.isIdentifier(parent.name)) {
    return [[parent, parent.name.text]];
  }
  if (!ts.isBinaryExpression(parent) || parent.right !== name) return [];
  const exported = ts.isPropertyAccessExpression(parent.left) ? parent.left.name.text : name.text;
  return [[parent, exported]];
}

function* importedNames(project: ProjectModel): Generator<ts.Identifier> {
  for (const { file } of project.models) {
    for (const statement of file.statements) yield* namesImportedBy(statement);
  }
}

function* namesImportedBy(statement: ts.Statement): Generator<ts.Identifier> {
  if (ts.isImportDeclaration(statement) && statement.importClause !== undefined) {
    const { name, namedBindings } = statement.importClause;
    if (name !== undefined) yield name;
    if (namedBindings !== undefined && ts.isNamedImports(namedBindings))
      for (const each of namedBindings.elements) yield each.name;
  }
  if (
    ts.isExportDeclaration(statement) &&
    statement.exportClause !== undefined &&
    ts.isNamedExports(statement.exportClause)
  ) {
    for (const each of statement.exportClause.elements) if (ts.isIdentifier(each.name)) yield each.name;
  }
  if (!ts.isVariableStatement(statement)) return;
  for (const { name, initializer } of statement.declarationList.declarations) {
    if (initializer?.getText().includes('require(') !== true) continue;
    if (ts.isIdentifier(name)) yield name;
    else
      for (const each of name.elements)
        if (ts.isBindingElement(each) && ts.isIdentifier(each.name)) yield each.name;
  }
}

const builtinReceivers =
  /^(JSON|Object|Array|Math|Number|String|Promise|Reflect|process|console|Buffer|Date|Symbol|globalThis)$/;

/** `x.load` and `{ load } = x` where nothing is known about `x`; literals, globals and packages cannot be it. */
function suspectsOf(
  project: ProjectModel,
  text: string,
  targets: ReadonlySet<ts.Node>,
): readonly ts.MemberName[] {
  return (project.identifiers.get(text) ?? []).filter((name) => {
    const { parent } = name;
    if (ts.isBindingElement(parent)) return isUnknownPattern(project, parent, name, targets);
    if (!ts.isPropertyAccessExpression(parent) || parent.name !== name) return false;
    return declarationsOf(project, name).length === 0 && !isForeign(project, parent.expression);
  });
}

/** Taking a member out of an object by a pattern: harmless when the object is known to be another one. */
function isUnknownPattern(
  project: ProjectModel,
  element: ts.BindingElement,
  name: ts.MemberName,
  targets: ReadonlySet<ts.Node>,
): boolean {
  if ((element.propertyName ?? element.name) !== name || !ts.isObjectBindingPattern(element.parent))
    return false;
  const holder = element.parent.parent;
  if (!ts.isVariableDeclaration(holder) || holder.initializer === undefined) return true;
  if (isForeign(project, holder.initializer) || isLoad.test(holder.initializer.getText())) return false;
  const property = project.checker.getTypeAtLocation(holder.initializer).getProperty(name.text);
  return property?.declarations?.some((each) => targets.has(each)) ?? true;
}

const isLoad = /^(await\s+)?(require|import)\(/;

/** Whether a receiver certainly is not of the project: a literal, a global, a package, or made by one of these. */
export function isForeign(project: ProjectModel, receiver: ts.Expression): boolean {
  if (
    ts.isLiteralExpression(receiver) ||
    ts.isArrayLiteralExpression(receiver) ||
    ts.isTemplateExpression(receiver)
  )
    return true;
  if (ts.isNewExpression(receiver) || ts.isCallExpression(receiver))
    return isForeign(project, receiver.expression);
  if (
    ts.isPropertyAccessExpression(receiver) ||
    ts.isAwaitExpression(receiver) ||
    ts.isParenthesizedExpression(receiver)
  ) {
    return isForeign(project, receiver.expression);
  }
  if (!ts.isIdentifier(receiver)) return false;
  const symbol = project.checker.getSymbolAtLocation(receiver);
  const declaration = symbol?.declarations?.[0];
  if (declaration === undefined) return builtinReceivers.test(receiver.text) || /^[A-Z]/.test(receiver.text);
  return (
    isPackageImport(declaration) || (isConstantOf(declaration) && isForeign(project, declaration.initializer))
  );
}

const isConstantOf = (
  node: ts.Declaration,
): node is ts.VariableDeclaration & { readonly initializer: ts.Expression } =>
  ts.isVariableDeclaration(node) &&
  node.initializer !== undefined &&
  (node.parent.flags & ts.NodeFlags.Const) !== 0;

function isPackageImport(declaration: ts.Declaration): boolean {
  const statement = ts.findAncestor(declaration, ts.isImportDeclaration);
  const specifier = statement?.moduleSpecifier;
  if (specifier !== undefined && ts.isStringLiteral(specifier)) return !specifier.text.startsWith('.');
  const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
  return /^require\(['"][^.]/.test(variable?.initializer?.getText() ?? '');
}
