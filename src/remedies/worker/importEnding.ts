import ts from 'typescript';
import { folderOf, joinPath } from '../../code/projectSources.ts';
import type { ProjectSources } from '../../code/projectSources.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import type { Style } from '../edits/style.ts';

const typeScriptEnding = /\.(?:[cm]?ts|tsx)$/;
const compiled = /\.(?:[cm]?ts|[jt]sx)$/;

/**
 * Whether imports in a module name TypeScript files as they are on disk (`./a.ts`) rather than as they are once compiled.
 * What the module itself imports decides; where it imports none, what the project says.
 */
export function namesTypeScript(project: ProjectSources, model: SourceModel): boolean {
  const own = specifiersIn(model.file).filter((each) => meansTypeScript(project, model.path, each));
  if (own.length > 0) return own.some((each) => typeScriptEnding.test(each));
  return project.typeScriptOf?.(model.path).namesFiles ?? false;
}

/** Whether a specifier means a TypeScript file of the project, also where its compiled form lies beside it. */
function meansTypeScript(project: ProjectSources, from: string, specifier: string): boolean {
  if (!/^\.\.?(?:\/|$)/.test(specifier)) return false;
  if (typeScriptEnding.test(specifier)) return true;
  const source = specifier.replace(/\.([cm]?)jsx?$/, '.$1ts');
  const names =
    source === specifier
      ? ['.ts', '.tsx', '/index.ts'].map((each) => specifier + each)
      : [source, `${source}x`];
  return names.some((each) => project.read(joinPath(folderOf(from), each)) !== undefined);
}

/** The ending with which a module imports a file: that of the file, or of what a compiler makes of it. */
export function importEnding(path: string, style: Pick<Style, 'modules'>, asOnDisk: boolean): string {
  const ending = /\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? '';
  if (asOnDisk || !compiled.test(ending)) return ending;
  // A compiler leaves `require` as it is, and Node looks for a .js file by itself.
  return style.modules === 'require' && ending === '.ts' ? '' : compiledEnding(ending);
}

/** `.mts` → `.mjs`, `.tsx` → `.js`. */
const compiledEnding = (ending: string): string => ending.replace('t', 'j').replace('x', '');

/** Whether a `.ts` module, whose name does not tell, is loaded as an ES module. `asOnDisk`: as of its imports. */
export function isEsmByContent(project: ProjectSources, model: SourceModel, asOnDisk: boolean): boolean {
  if (project.esm || usesEsmOnly(model.file)) return true;
  const isWritten = project.typeScriptOf?.(model.path).isModuleBySyntax ?? false;
  return isWritten && asOnDisk && ts.isExternalModule(model.file);
}

/** `import.meta` or an `await` outside of every function, which CommonJS does not know. */
function usesEsmOnly(file: ts.SourceFile): boolean {
  const visit = (node: ts.Node, isTop: boolean): boolean => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return true;
    if (isTop && (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)))
      return true;
    const staysTop = isTop && !ts.isFunctionLike(node);
    return ts.forEachChild(node, (child) => visit(child, staysTop)) ?? false;
  };
  return visit(file, true);
}

/** What a file imports, exports from and requires, types included. */
function specifiersIn(file: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const named =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isExternalModuleReference(node)
          ? node.expression
          : importArgument(node);
    if (named !== undefined && ts.isStringLiteralLike(named)) found.push(named.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const importArgument = (node: ts.Node): ts.Node | undefined =>
  ts.isCallExpression(node) && /^(?:require|import)$/.test(node.expression.getText())
    ? node.arguments[0]
    : undefined;
