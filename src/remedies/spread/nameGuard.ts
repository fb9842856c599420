import ts from 'typescript';
import { assumptionAt, assumptionIn } from '../assumption.ts';
import type { Assumption } from '../assumption.ts';
import { positionAt } from '../../code/calls/functionAt.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import { isForeignPackage } from '../../code/references/foreignPackage.ts';
import { declarationsOf } from '../../code/references/projectModel.ts';
import type { ProjectModel } from '../../code/references/projectModel.ts';
import { nameOfFunction } from '../safety/awaitContext.ts';
import { mayBeCalled } from '../../code/references/memberTypes.ts';
import { isForeign } from '../../code/references/references.ts';
import type { References } from '../../code/references/references.ts';
import { isAwaited } from '../../code/references/useShapes.ts';
import type { SourceModel } from '../../code/sourceModel.ts';

/** Enough places to see that callers are missing. */
const mostPlaces = 3;

/**
 * Places in all text files of the package and its workspace where the name of a function stands and is neither one of
 * its resolved references nor the name of something else.
 */
export function unseenCallers(
  project: ProjectModel,
  sources: ProjectSources,
  fn: ts.Node,
  references: References,
  isMember: boolean,
): readonly Assumption[] {
  const names = new Set(references.names.map(({ text }) => text).filter((text) => text !== 'default'));
  const known = new Set<ts.Node>([...references.names, ...references.suspects]);
  const found: Assumption[] = [];
  for (const name of names) {
    const mentions = (project.identifiers.get(name) ?? []).filter(
      (each) => !known.has(each) && mayImport(sources, project.modelOf(each)),
    );
    for (const each of mentions.filter((mention) => isUnresolved(project, sources, mention, fn))) {
      const code = isContract(project, each) ? 'override-not-seen' : 'caller-not-seen';
      if (code === 'caller-not-seen' || isMember)
        found.push(assumptionAt(project.modelOf(each), each, code, name));
    }
    found.push(...inOtherTexts(sources, name), ...inQuotes(project, sources, name));
  }
  return [...found, ...computedLoads(project, sources, fn)].slice(0, mostPlaces);
}

const mayImport = (sources: ProjectSources, { path, text }: SourceModel): boolean =>
  sources.mayImport?.({ path, text }) ?? true;

/** A name that is not known to be something else. */
function isUnresolved(
  project: ProjectModel,
  sources: ProjectSources,
  name: ts.MemberName,
  fn: ts.Node,
): boolean {
  const { parent } = name;
  if (ts.isImportSpecifier(parent) || ts.isBindingElement(parent))
    return isUnknownImport(project, sources, name);
  if (ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isExportSpecifier(parent)) return false;
  if ((parent as ts.NamedDeclaration).name === name && !ts.isPropertyAccessExpression(parent))
    return isContract(project, name);
  const declarations = declarationsOf(project, name);
  if (declarations.length > 0) return declarations.some(isSignature);
  if (!ts.isPropertyAccessExpression(parent) || parent.name !== name)
    return (
      project.checker.getSymbolAtLocation(name) === undefined && name.getSourceFile() !== fn.getSourceFile()
    );
  if (isForeign(project, parent.expression)) return false;
  const call = parent.parent;
  return !(ts.isCallExpression(call) && call.expression === parent && isAwaited(call));
}

const isSignature = (node: ts.Node): boolean =>
  (ts.isPropertySignature(node) || ts.isMethodSignature(node)) && mayBeCalled(node);

const isContract = (project: ProjectModel, name: ts.MemberName): boolean =>
  isSignature(name.parent) || declarationsOf(project, name).some(isSignature);

/** `import { load } from '#lib/load'`: neither a file of the project that was found nor a package. */
function isUnknownImport(project: ProjectModel, sources: ProjectSources, name: ts.MemberName): boolean {
  const { parent } = name;
  if (
    (parent as ts.ImportSpecifier | ts.BindingElement).propertyName !== undefined &&
    parent.getChildAt(0) !== name
  )
    return false;
  const statement = ts.findAncestor(parent, ts.isImportDeclaration);
  const specifier = statement?.moduleSpecifier;
  if (specifier !== undefined && ts.isStringLiteral(specifier))
    return !isForeignPackage(specifier.text, sources) && declarationsOf(project, name).length === 0;
  const variable = ts.findAncestor(parent, ts.isVariableDeclaration);
  const text = variable?.initializer?.getText() ?? '';
  const loaded = /(?:require|import)\(\s*(['"`])(.*?)\1\s*\)/.exec(text)?.[2];
  if (loaded === undefined) return /(?:require|import)\(/.test(text);
  return !loaded.startsWith('.') && !isForeignPackage(loaded, sources);
}

function inOtherTexts(sources: ProjectSources, name: string): readonly Assumption[] {
  const word = new RegExp(`(?<![\\w$])${name.replace(/[$#]/g, '\\$&')}(?![\\w$])`);
  return (sources.otherTexts?.() ?? []).flatMap(({ path, text }) => {
    const at = word.exec(text)?.index;
    if (at === undefined) return [];
    const lines = text.slice(0, at).split('\n');
    const place = { line: lines.length - 1, column: lines.at(-1)?.length ?? 0 };
    const range = { start: place, end: { ...place, column: place.column + name.length } };
    return [assumptionIn(path, range, 'caller-not-seen', name)];
  });
}

/** `api[method]()` with `'load'` among the methods. */
function inQuotes(project: ProjectModel, sources: ProjectSources, name: string): readonly Assumption[] {
  if (!project.hasComputedCalls) return [];
  return project.models.flatMap((model) => {
    if (!mayImport(sources, model)) return [];
    const at = new RegExp(`(['"\`])${name.replace(/[$#]/g, '\\$&')}\\1`).exec(model.text)?.index;
    if (at === undefined) return [];
    const start = positionAt(model.file, at + 1);
    const range = { start, end: { ...start, column: start.column + name.length } };
    return [assumptionIn(model.path, range, 'caller-not-seen', name)];
  });
}

/** `require(`./plugins/${name}.js`)` may load the file of the function. */
function computedLoads(project: ProjectModel, sources: ProjectSources, fn: ts.Node): readonly Assumption[] {
  const file = fn.getSourceFile().fileName;
  return project.computedLoads
    .filter(
      ({ folder, node }) =>
        (folder === null || file.startsWith(folder)) && mayImport(sources, project.modelOf(node)),
    )
    .map(({ node }) => assumptionAt(project.modelOf(node), node, 'caller-not-seen', node.getText()));
}

/** A direct `eval` sees the functions of its file under whatever name its text has. */
export function evalBeside(project: ProjectModel, fn: ts.Node): readonly Assumption[] {
  const model = project.modelOf(fn);
  const visit = (node: ts.Node): ts.Node | undefined =>
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'eval'
      ? node
      : ts.forEachChild(node, visit);
  const call = /\beval\s*\(/.test(model.text) ? visit(model.file) : undefined;
  return call === undefined ? [] : [assumptionAt(model, call, 'caller-not-seen', nameOfFunction(fn))];
}
