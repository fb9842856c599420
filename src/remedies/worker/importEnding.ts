import ts from 'typescript';
import { folderOf, joinPath } from '../../code/modules/projectSources.ts';
import type { ProjectSources } from '../../code/modules/projectSources.ts';
import type { SourceModel } from '../../code/sourceModel.ts';
import type { Style } from '../edits/style.ts';

const typeScriptEnding = /\.(?:[cm]?ts|tsx)$/;
const compiled = /\.(?:[cm]?ts|[jt]sx)$/;

/**
 * How imports name TypeScript files: as on disk (`./a.ts`), as compiled (`./a.js`), or without an extension (`./a`),
 * which CommonJS, ts-node and bundlers resolve.
 */
export type ImportForm = 'disk' | 'compiled' | 'bare';

/** The form of the imports in a module. What it imports itself decides; where it imports none, what the project says. */
export function importForm(project: ProjectSources, model: SourceModel): ImportForm {
  const own = specifiersIn(model.file).filter((each) => meansTypeScript(project, model.path, each));
  if (own.some((each) => typeScriptEnding.test(each))) return 'disk';
  if (own.length > 0) return own.every((each) => !/\.[cm]?jsx?$/.test(each)) ? 'bare' : 'compiled';
  const use = project.typeScriptOf?.(model.path);
  if (use?.namesFiles === true) return 'disk';
  return use?.isCommonJs === true && !project.esm && !usesEsmOnly(model.file) ? 'bare' : 'compiled';
}

/** The form that a specifier has; null where it means no TypeScript file. */
export function formOfSpecifier(specifier: string, path: string): ImportForm | null {
  if (!/\.(?:[cm]?ts|tsx)$/.test(path)) return null;
  const ending = /\.[cm]?[jt]sx?$/.exec(specifier)?.[0];
  if (ending === undefined) return 'bare';
  return ending.includes('t') ? 'disk' : 'compiled';
}

/** Whether a specifier means a TypeScript file of the project, even if its compiled form is in the same folder. */
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

/** The ending with which a module imports a file: that of the file, of what a compiler makes of it, or none. */
export function importEnding(path: string, style: Pick<Style, 'modules'>, form: ImportForm): string {
  const ending = /\.[cm]?[jt]sx?$/.exec(path)?.[0] ?? '';
  if (form === 'disk' || !compiled.test(ending)) return ending;
  // Only these endings are looked up. A compiler leaves `require` as it is, and Node looks for a .js file by itself.
  if (form === 'bare' && /^\.tsx?$/.test(ending)) return '';
  return style.modules === 'require' && ending === '.ts' ? '' : compiledEnding(ending);
}

/** `.mts` → `.mjs`, `.tsx` → `.js`. */
const compiledEnding = (ending: string): string => ending.replace('t', 'j').replace('x', '');

/** Whether a `.ts` module, whose name does not tell, is loaded as an ES module. */
export function isEsmByContent(project: ProjectSources, model: SourceModel, form: ImportForm): boolean {
  if (project.esm || usesEsmOnly(model.file)) return true;
  const isWritten = project.typeScriptOf?.(model.path).isModuleBySyntax ?? false;
  return isWritten && form === 'disk' && ts.isExternalModule(model.file);
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
