import ts from 'typescript';
import type { Range } from '../base/position.ts';
import { positionAt } from './calls/functionAt.ts';
import type { SourceText } from './sourceProvider.ts';

/** One parsed and bound source file: syntax tree plus a checker that knows this file alone, used for scopes only. */
export interface SourceModel {
  readonly path: string;
  readonly text: string;
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
  /** The first syntax error, or null when the text parses. */
  readonly syntaxError: { readonly message: string; readonly start: number } | null;
}

const compilerOptions: ts.CompilerOptions = {
  noLib: true,
  noResolve: true,
  allowJs: true,
  types: [],
  jsx: ts.JsxEmit.Preserve,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
};

/** Plans for the calls of one file follow each other, and a live session plans for the same files again and again. */
const keptModels = 8;
/** path -> model, the one used last at the end */
const models = new Map<string, SourceModel>();

/** Parses and binds one file without touching the disk; unresolved imports stay unresolved. */
export function modelSource(source: SourceText): SourceModel {
  const known = models.get(source.path);
  models.delete(source.path);
  const model = known?.text === source.text ? known : makeModel(source);
  models.set(source.path, model);
  for (const path of models.keys()) if (models.size > keptModels) models.delete(path);
  return model;
}

/**
 * A `#!` behind a byte order mark is a comment to Node in ES modules, but not to the parser; scripts with both do not run at
 * all. Offsets stay the same.
 */
export function parseable({ path, text }: SourceText): string {
  const isModule = /\.m[jt]s$/.test(path) || (!/\.c[jt]s$/.test(path) && /^(import|export)\b/m.test(text));
  return isModule && text.startsWith('\uFEFF#!') ? `\uFEFF//${text.slice(3)}` : text;
}

function makeModel(source: SourceText): SourceModel {
  const path = source.path.replaceAll('\\', '/');
  const file = ts.createSourceFile(path, parseable(source), ts.ScriptTarget.ESNext, true);
  const host: ts.CompilerHost = {
    fileExists: (name) => name === path,
    readFile: () => undefined,
    getSourceFile: (name) => (name === path ? file : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    writeFile: () => undefined,
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  };
  const program = ts.createProgram({ rootNames: [path], options: compilerOptions, host });
  const defect = program.getSyntacticDiagnostics(file)[0];
  return {
    path: source.path,
    text: source.text,
    file,
    checker: program.getTypeChecker(),
    syntaxError:
      defect === undefined
        ? null
        : { message: ts.flattenDiagnosticMessageText(defect.messageText, ' '), start: defect.start },
  };
}

/** The declared symbol an identifier stands for, or undefined for a global or an unresolved name. */
export function symbolOf(model: SourceModel, name: ts.Identifier): ts.Symbol | undefined {
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? model.checker.getShorthandAssignmentValueSymbol(name.parent)
    : model.checker.getSymbolAtLocation(name);
  return (symbol?.declarations?.length ?? 0) > 0 ? symbol : undefined;
}

/** Every identifier that refers to `symbol`, its declaration left out. */
export function referencesTo(model: SourceModel, symbol: ts.Symbol): readonly ts.Identifier[] {
  const names = new Set((symbol.declarations ?? []).map((each) => ts.getNameOfDeclaration(each)));
  return (identifiersOf(model.file).get(symbol.name) ?? []).filter((node) => {
    if (names.has(node)) return false;
    const declaration = symbolOf(model, node)?.declarations?.[0];
    return declaration !== undefined && declaration === symbol.declarations?.[0];
  });
}

/** The identifiers of a tree by their text: looked up for many names of one file. */
const identifiersByFile = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly ts.Identifier[]>>();

/** Every identifier of a file by its text. */
export function identifiersOf(file: ts.SourceFile): ReadonlyMap<string, readonly ts.Identifier[]> {
  const known = identifiersByFile.get(file);
  if (known !== undefined) return known;
  const found = new Map<string, ts.Identifier[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const list = found.get(node.text);
      if (list === undefined) found.set(node.text, [node]);
      else list.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  identifiersByFile.set(file, found);
  return found;
}

/** Zero-based range of a node without its leading comments. */
export function rangeOf(file: ts.SourceFile, node: ts.Node): Range {
  return { start: positionAt(file, node.getStart(file)), end: positionAt(file, node.getEnd()) };
}
