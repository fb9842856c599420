import ts from 'typescript';
import type { ProjectSources } from '../modules/projectSources.ts';
import { parseable } from '../sourceModel.ts';
import type { SourceModel } from '../sourceModel.ts';
import { folderOf, joinPath } from '../modules/projectSources.ts';

/** All source files of a project, bound together: names resolve across imports and requires. */
export interface ProjectModel {
  readonly checker: ts.TypeChecker;
  readonly models: readonly SourceModel[];
  readonly modelOf: (node: ts.Node) => SourceModel;
  /** Identifiers by their text, private names with their `#`, over all files. */
  readonly identifiers: ReadonlyMap<string, readonly ts.MemberName[]>;
  /** `x['name']` by the name, over all files. */
  readonly namedElements: ReadonlyMap<string, readonly ts.ElementAccessExpression[]>;
  /** Whether something is called by a name that is computed: `api[method]()`. */
  readonly hasComputedCalls: boolean;
  /** Modules loaded by a computed name, with the folder in which they lie; null when that is not known either. */
  readonly computedLoads: readonly ComputedLoad[];
}

/** `require(`./plugins/${name}.js`)`. */
export interface ComputedLoad {
  readonly node: ts.CallExpression;
  readonly folder: string | null;
}

const options: ts.CompilerOptions = {
  noLib: true,
  allowJs: true,
  noEmit: true,
  types: [],
  jsx: ts.JsxEmit.Preserve,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
};

/** The model of a project whose texts stay the same, for one plan after another. */
const models = new WeakMap<ProjectSources, ProjectModel | null>();

/** Parses and binds the whole project; packages stay unresolved. Null when callers are not to be followed. */
export function modelProject(project: ProjectSources): ProjectModel | null {
  let model = models.get(project);
  if (model === undefined) {
    model = buildModel(project);
    models.set(project, model);
  }
  return model;
}

function buildModel(project: ProjectSources): ProjectModel | null {
  const listed = project.files?.() ?? null;
  if (listed === null) return null;
  const paths = listed.map((path) => path.replaceAll('\\', '/'));
  const known = new Set(paths);
  const folders = new Set(paths.flatMap(foldersAbove));
  const trees = new Map<string, ts.SourceFile | undefined>();
  const treeOf = (path: string): ts.SourceFile | undefined => {
    if (!trees.has(path)) {
      const source = known.has(path) ? project.read(path) : undefined;
      const tree = source && ts.createSourceFile(path, parseable(source), ts.ScriptTarget.ESNext, true);
      trees.set(path, tree);
    }
    return trees.get(path);
  };
  const host: ts.CompilerHost = {
    fileExists: (path) => known.has(path),
    readFile: (path) => treeOf(path)?.text,
    directoryExists: (path) => folders.has(path.replace(/\/$/, '')),
    getSourceFile: treeOf,
    getDefaultLibFileName: () => 'lib.d.ts',
    writeFile: () => undefined,
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  };
  const program = ts.createProgram({ rootNames: paths, options, host });
  return modelOfProgram(program);
}

function modelOfProgram(program: ts.Program): ProjectModel {
  const checker = program.getTypeChecker();
  const byFile = new Map<ts.SourceFile, SourceModel>();
  for (const file of program.getSourceFiles()) {
    byFile.set(file, { path: file.fileName, text: file.text, file, checker, syntaxError: null });
  }
  const models = [...byFile.values()];
  return {
    checker,
    models,
    ...indexNames(models),
    modelOf(node) {
      const model = byFile.get(node.getSourceFile());
      if (model === undefined) throw new Error('A node of another project');
      return model;
    },
  };
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

type NameIndex = Pick<ProjectModel, 'identifiers' | 'namedElements' | 'hasComputedCalls' | 'computedLoads'>;

function indexNames(models: readonly SourceModel[]): NameIndex {
  const identifiers = new Map<string, ts.MemberName[]>();
  const namedElements = new Map<string, ts.ElementAccessExpression[]>();
  const add = <T>(index: Map<string, T[]>, name: string, node: T): void => {
    const list = index.get(name);
    if (list === undefined) index.set(name, [node]);
    else list.push(node);
  };
  const computedLoads: ComputedLoad[] = [];
  let hasComputedCalls = false;
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const load = computedLoadOf(node);
      if (load !== null) computedLoads.push(load);
      hasComputedCalls ||= isComputedCall(node);
    }
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) add(identifiers, node.text, node);
    if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
      add(namedElements, node.argumentExpression.text, node);
    ts.forEachChild(node, visit);
  };
  for (const { file } of models) visit(file);
  return { identifiers, namedElements, hasComputedCalls, computedLoads };
}

const isComputedCall = ({ expression }: ts.CallExpression): boolean =>
  ts.isElementAccessExpression(expression) && !ts.isLiteralExpression(expression.argumentExpression);

function computedLoadOf(node: ts.CallExpression): ComputedLoad | null {
  const isLoad =
    node.expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(node.expression) && node.expression.text === 'require');
  const [name] = node.arguments;
  if (!isLoad || name === undefined || ts.isStringLiteralLike(name)) return null;
  const start = ts.isTemplateExpression(name)
    ? name.head.text
    : ts.isBinaryExpression(name) && ts.isStringLiteralLike(name.left)
      ? name.left.text
      : '';
  const [folder] = /^\.\.?\/(.*\/)?/.exec(start) ?? [];
  const base = node.getSourceFile().fileName;
  return { node, folder: folder === undefined ? null : `${joinPath(folderOf(base), folder)}/` };
}

/** What a name means, imports followed to the declarations they bring in. */
export function declarationsOf(project: ProjectModel, name: ts.MemberName): readonly ts.Declaration[] {
  const symbol = project.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return [];
  const target =
    (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? project.checker.getAliasedSymbol(symbol) : symbol;
  return target.declarations ?? [];
}
