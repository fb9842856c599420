import { dirname } from 'node:path';
import type ts from 'typescript';
import type { Position } from '../base/position.ts';
import { executorTypes } from './executorTypes.ts';
import { compilerOf, configFor } from './findTypeScript.ts';
import type { ProjectCompiler, TypeConfig } from './findTypeScript.ts';
import { CheckGivenUp, TypeHost } from './typeHost.ts';

/** A project whose edited texts are to be checked. */
export interface TypeProject {
  /** Whether the project's own compiler, which is code of the project, may run. */
  readonly isTrusted: boolean;
  /** The text of a source file as plans see it; undefined for what is not there. */
  readonly read: (path: string) => string | undefined;
  /** The executor that edits import, and its packed form where it may not be installed yet. */
  readonly executor: { readonly name: string; readonly tarball: string | null };
}

/** The whole text of a file before and after; `before` is null for a new file. */
export interface EditedText {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
}

/** What the compiler says of edits: nothing new, a new error, or it was not asked for all of them. */
export type TypeCheck =
  | { readonly outcome: 'sound' }
  | { readonly outcome: 'not-checked'; readonly why: string }
  | {
      readonly outcome: 'broken';
      readonly path: string;
      /** Zero-based, in the edited text. */
      readonly place: Position;
      /** As the compiler says it, with its code. */
      readonly message: string;
    };

/** A check that takes longer is given up. ms. */
const longest = 15_000;
/** Programs with more files than this take longer than that. */
const mostFiles = 4000;
/** Memory: each holds the program of one tsconfig.json. */
const mostServices = 2;

/**
 * Compares the errors of the project before and after edits, in the edited files and in those that import them. The service
 * of each tsconfig.json is kept, so that the next check costs little.
 */
export function checkEdits(
  project: TypeProject,
  edits: readonly EditedText[],
  signal?: AbortSignal,
): TypeCheck {
  const sources = edits.filter(({ path }) => /(?<!\.d)\.[cm]?[jt]sx?$/.test(path));
  const [first] = sources;
  if (first === undefined) return notChecked('no source is edited');
  const compiler = compilerOf(dirname(first.path), project.isTrusted);
  if (compiler === null) return notChecked('the project has no TypeScript');
  const config = configFor(compiler.ts, first.path);
  if (config === null) return notChecked('the project has no tsconfig.json');
  if (config.files.length > mostFiles) return notChecked('the project is too large');
  const until = performance.now() + longest;
  const checkpoint = (): void => {
    if (signal?.aborted === true || performance.now() > until) throw new CheckGivenUp();
  };
  try {
    return new Check(project, serviceFor(compiler, config), sources).run(checkpoint);
  } catch (error) {
    if (error instanceof CheckGivenUp) return notChecked('the check takes too long');
    throw error;
  }
}

const notChecked = (why: string): TypeCheck => ({ outcome: 'not-checked', why });

interface Service {
  readonly key: string;
  readonly compiler: ProjectCompiler;
  readonly config: TypeConfig;
  readonly host: TypeHost;
  readonly language: ts.LanguageService;
}

/** The services used last, newest first. */
const services: Service[] = [];

function serviceFor(compiler: ProjectCompiler, config: TypeConfig): Service {
  const key = JSON.stringify([compiler.libs, compiler.ts.version, config]);
  const known = services.find((each) => each.key === key);
  if (known !== undefined) return known;
  const host = new TypeHost(compiler, config);
  const made = { key, compiler, config, host, language: compiler.ts.createLanguageService(host) };
  services.unshift(made);
  for (const { language } of services.splice(mostServices)) language.dispose();
  return made;
}

/** One comparison. */
class Check {
  readonly #project: TypeProject;
  readonly #service: Service;
  readonly #edits: readonly EditedText[];

  constructor(project: TypeProject, service: Service, edits: readonly EditedText[]) {
    this.#project = project;
    this.#service = service;
    this.#edits = edits;
  }

  run(checkpoint: () => void): TypeCheck {
    const { host, config } = this.#service;
    const { name, tarball } = this.#project.executor;
    const folder = dirname(this.#edits[0]?.path ?? config.path);
    host.begin(this.#project.read, executorTypes(folder, name, tarball), checkpoint);
    const before = this.#errors(textsOf(this.#edits, ({ before }) => before));
    const after = this.#errors(textsOf(this.#edits, ({ after }) => after));
    const known = new Map<string, number>();
    for (const each of before.found) known.set(each.key, (known.get(each.key) ?? 0) + 1);
    for (const each of after.found) {
      const left = known.get(each.key) ?? 0;
      known.set(each.key, left - 1);
      if (left > 0 || this.#isMissingTypes(each, before.found)) continue;
      return { outcome: 'broken', path: each.path, place: each.place, message: each.message };
    }
    return after.isComplete ? { outcome: 'sound' } : notChecked('not all edited files belong to the program');
  }

  #errors(overlay: ReadonlyMap<string, string>): {
    readonly found: readonly FoundError[];
    readonly isComplete: boolean;
  } {
    const { host, language, compiler, config } = this.#service;
    host.show(overlay);
    const program = language.getProgram();
    if (program === undefined) return { found: [], isComplete: false };
    const edited = [...overlay.keys()].filter((path) => program.getSourceFile(path) !== undefined);
    const isComplete = [...overlay.keys()].every(
      (path) => edited.includes(path) && isChecked(path, overlay.get(path) ?? '', config.options),
    );
    const paths = [...edited, ...importersOf(program, edited)];
    const errors = paths.flatMap((path) => [
      ...language.getSyntacticDiagnostics(path),
      ...language.getSemanticDiagnostics(path),
    ]);
    const isError = ({ category }: ts.Diagnostic): boolean =>
      category === compiler.ts.DiagnosticCategory.Error;
    return { found: errors.filter(isError).map((each) => foundError(compiler.ts, each)), isComplete };
  }

  /** What is not installed here is missing before the edit, too, under other names perhaps. */
  #isMissingTypes({ code, message }: FoundError, before: readonly FoundError[]): boolean {
    if (!missing.has(code)) return false;
    const { name } = this.#project.executor;
    return (
      message.includes(`'${name}'`) ||
      before.some((each) => missing.has(each.code) && builtin.test(each.message))
    );
  }
}

/** Codes of "cannot find module" and "cannot find name, install types". */
const missing = new Set([2307, 2580, 2591, 2792, 7016]);
const builtin = /@types\/node|'(node:)?(fs|crypto|child_process|zlib|util|path|os)(\/promises)?'/;

function textsOf(
  edits: readonly EditedText[],
  of: (edit: EditedText) => string | null,
): ReadonlyMap<string, string> {
  return new Map(
    edits.flatMap((edit) => {
      const text = of(edit);
      return text === null ? [] : [[edit.path, text] as const];
    }),
  );
}

/** Whether the compiler looks for errors of types in a file. */
const isChecked = (path: string, text: string, options: ts.CompilerOptions): boolean =>
  /\.[cm]?tsx?$/.test(path) || options.checkJs === true || /^\s*\/\/\s*@ts-check\b/m.test(text);

/** Files whose imports name an edited file. */
function importersOf(program: ts.Program, edited: readonly string[]): readonly string[] {
  const stems = edited.map((path) => path.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, ''));
  const names = new Set(stems.map((stem) => stem.split('/').at(-1)));
  return program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !file.fileName.includes('/node_modules/'))
    .filter(({ fileName }) => !edited.includes(fileName))
    .filter(({ text }) =>
      [...text.matchAll(/(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g)].some(([, specifier = '']) =>
        names.has(
          specifier
            .replace(/\.[cm]?[jt]sx?$/, '')
            .replace(/\/(index)?$/, '')
            .split('/')
            .at(-1),
        ),
      ),
    )
    .map(({ fileName }) => fileName);
}

interface FoundError {
  /** The same for an error that only moved. */
  readonly key: string;
  readonly code: number;
  readonly path: string;
  readonly place: Position;
  readonly message: string;
}

function foundError(typescript: typeof ts, { file, start, code, messageText }: ts.Diagnostic): FoundError {
  const message = typescript.flattenDiagnosticMessageText(messageText, ' ').replaceAll(/\s+/g, ' ');
  const path = file?.fileName ?? '';
  const at = file === undefined ? null : file.getLineAndCharacterOfPosition(start ?? 0);
  return {
    key: `${path} ${String(code)} ${message}`,
    code,
    path,
    place: { line: at?.line ?? 0, column: at?.character ?? 0 },
    message: `${message} (TS${String(code)})`,
  };
}
