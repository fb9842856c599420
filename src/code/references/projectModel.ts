import ts from 'typescript';
import type { ProjectSources } from '../projectSources.ts';
import type { SourceModel } from '../sourceModel.ts';

/** All source files of a project, bound together: names resolve across imports and requires. */
export interface ProjectModel {
  readonly checker: ts.TypeChecker;
  readonly models: readonly SourceModel[];
  readonly modelOf: (node: ts.Node) => SourceModel;
  /** Identifiers by their text, private names with their `#`, over all files. */
  readonly identifiers: ReadonlyMap<string, readonly ts.MemberName[]>;
  /** `x['name']` by the name, over all files. */
  readonly namedElements: ReadonlyMap<string, readonly ts.ElementAccessExpression[]>;
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
      const tree = source && ts.createSourceFile(path, source.text, ts.ScriptTarget.ESNext, true);
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

function indexNames(models: readonly SourceModel[]): Pick<ProjectModel, 'identifiers' | 'namedElements'> {
  const identifiers = new Map<string, ts.MemberName[]>();
  const namedElements = new Map<string, ts.ElementAccessExpression[]>();
  const add = <T>(index: Map<string, T[]>, name: string, node: T): void => {
    const list = index.get(name);
    if (list === undefined) index.set(name, [node]);
    else list.push(node);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) add(identifiers, node.text, node);
    if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
      add(namedElements, node.argumentExpression.text, node);
    ts.forEachChild(node, visit);
  };
  for (const { file } of models) visit(file);
  return { identifiers, namedElements };
}

/** What a name means, imports followed to the declarations they bring in. */
export function declarationsOf(project: ProjectModel, name: ts.MemberName): readonly ts.Declaration[] {
  const symbol = project.checker.getSymbolAtLocation(name);
  if (symbol === undefined) return [];
  const target =
    (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? project.checker.getAliasedSymbol(symbol) : symbol;
  return target.declarations ?? [];
}
