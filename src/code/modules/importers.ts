import ts from 'typescript';
import { modelSource } from '../sourceModel.ts';
import type { SourceModel } from '../sourceModel.ts';
import { isImport, ownExportName, specifierOf } from './importedName.ts';
import { resolveRelative } from './projectSources.ts';
import type { ProjectSources } from './projectSources.ts';

/** A name of another file that stands for an export. */
interface Importer {
  readonly model: SourceModel;
  readonly symbol: ts.Symbol;
}

/** The names that stand for an export, or for its whole module, in other files; null when not all files are known. */
export function importersOf(project: ProjectSources, path: string, name: string): readonly Importer[] | null {
  const files = project.files?.() ?? null;
  if (files === null) return null;
  const stem =
    path
      .replaceAll('\\', '/')
      .split('/')
      .at(-1)
      ?.replace(/\.[cm]?[jt]sx?$/, '') ?? '';
  const mention = stem === 'index' ? /./ : new RegExp(stem.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found: Importer[] = [];
  for (const file of files) {
    const source = file === path ? undefined : project.read(file);
    if (source === undefined || !mention.test(source.text)) continue;
    const model = modelSource(source);
    if (reexports(project, model, path) || loadsElsewhere(project, model, path)) return null;
    found.push(...importedSymbols(project, model, path, name).map((symbol) => ({ model, symbol })));
  }
  return found;
}

const reexports = (project: ProjectSources, model: SourceModel, path: string): boolean =>
  model.file.statements.some(
    (each) =>
      ts.isExportDeclaration(each) &&
      each.moduleSpecifier !== undefined &&
      ts.isStringLiteral(each.moduleSpecifier) &&
      resolveRelative(project, model.path, each.moduleSpecifier.text)?.path === path,
  );

/** `import('./config.js')`, and a `require` that is not the value of a name of the top level: what it gives goes anywhere. */
function loadsElsewhere(project: ProjectSources, model: SourceModel, path: string): boolean {
  const visit = (node: ts.Node): boolean => {
    if (ts.isCallExpression(node) && isLoad(node)) {
      const [specifier] = node.arguments;
      const target =
        specifier !== undefined && ts.isStringLiteralLike(specifier)
          ? resolveRelative(project, model.path, specifier.text)
          : undefined;
      if (target?.path === path && !isTopLevelRequire(node)) return true;
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return /\b(require|import)\s*\(/.test(model.text) && visit(model.file);
}

const isLoad = ({ expression }: ts.CallExpression): boolean =>
  expression.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(expression) && expression.text === 'require');

const isTopLevelRequire = ({ parent }: ts.CallExpression): boolean =>
  ts.isVariableDeclaration(parent) && isImportOrPattern(parent);

const isImportOrPattern = (variable: ts.VariableDeclaration): boolean =>
  ts.isObjectBindingPattern(variable.name) ? variable.name.elements.every(isImport) : isImport(variable);

function importedSymbols(
  project: ProjectSources,
  model: SourceModel,
  path: string,
  name: string,
): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (isImport(node)) {
      const declaration = node as ts.Declaration;
      const exported = ownExportName(declaration);
      const specifier = specifierOf(declaration);
      const isMeant =
        specifier !== null &&
        (exported === null || exported === name) &&
        resolveRelative(project, model.path, specifier)?.path === path;
      const local = ts.getNameOfDeclaration(declaration);
      const symbol = isMeant && local !== undefined ? model.checker.getSymbolAtLocation(local) : undefined;
      if (symbol !== undefined) found.push(symbol);
    }
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(model.file);
  return found;
}
