import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type ts from 'typescript';
import type { ProjectCompiler, TypeConfig } from './findTypeScript.ts';

/** Thrown where a check is given up: nobody waits for it, or it takes too long. */
export class CheckGivenUp extends Error {}

/** The files of a project as its compiler sees them: some of them edited, the others as the project has them. */
export class TypeHost implements ts.LanguageServiceHost {
  readonly #compiler: ProjectCompiler;
  readonly #config: TypeConfig;
  /** path -> text of edited files, and of those that are not there yet */
  #overlay: ReadonlyMap<string, string> = new Map();
  #extra: ReadonlyMap<string, string> = new Map();
  readonly #folders = new Set<string>();
  #read: (path: string) => string | undefined = () => undefined;
  #checkpoint: () => void = () => undefined;
  /** path -> the text that was given last, with a number that counts its changes */
  readonly #versions = new Map<string, { text: string; version: number }>();
  #generation = 0;

  constructor(compiler: ProjectCompiler, config: TypeConfig) {
    this.#compiler = compiler;
    this.#config = config;
  }

  /** Begins a check: `read` gives texts of the project, `extra` are files of packages that are not installed yet. */
  begin(
    read: (path: string) => string | undefined,
    extra: ReadonlyMap<string, string>,
    checkpoint: () => void,
  ): void {
    this.#read = read;
    this.#checkpoint = checkpoint;
    this.#extra = extra;
    this.#folders.clear();
    for (const path of extra.keys())
      for (let at = dirname(path); !this.#folders.has(at) && at !== dirname(at); at = dirname(at))
        this.#folders.add(at);
    this.show(new Map());
  }

  /** From now on these files have other texts. */
  show(overlay: ReadonlyMap<string, string>): void {
    this.#overlay = overlay;
    this.#generation += 1;
  }

  getCompilationSettings(): ts.CompilerOptions {
    return { ...this.#config.options, noEmit: true, composite: false, incremental: false };
  }

  getProjectVersion(): string {
    return String(this.#generation);
  }

  getScriptFileNames(): string[] {
    const added = [...this.#overlay.keys()].filter(
      (path) => /\.[cm]?tsx?$/.test(path) || this.#config.options.allowJs === true,
    );
    return [...new Set([...this.#config.files, ...added])];
  }

  getScriptVersion(path: string): string {
    if (path.includes('/node_modules/') && !this.#extra.has(path))
      return String(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    const text = this.#textOf(path) ?? '';
    const known = this.#versions.get(path);
    if (known?.text === text) return String(known.version);
    const version = (known?.version ?? 0) + 1;
    this.#versions.set(path, { text, version });
    return String(version);
  }

  getScriptSnapshot(path: string): ts.IScriptSnapshot | undefined {
    this.#checkpoint();
    const text = this.#textOf(path);
    return text === undefined ? undefined : this.#compiler.ts.ScriptSnapshot.fromString(text);
  }

  getCurrentDirectory(): string {
    return dirname(this.#config.path);
  }

  getDefaultLibFileName(options: ts.CompilerOptions): string {
    return join(this.#compiler.libs, this.#compiler.ts.getDefaultLibFileName(options));
  }

  fileExists(path: string): boolean {
    return this.#overlay.has(path) || this.#extra.has(path) || this.#compiler.ts.sys.fileExists(path);
  }

  readFile(path: string): string | undefined {
    return this.#textOf(path);
  }

  directoryExists(path: string): boolean {
    return this.#folders.has(path) || this.#compiler.ts.sys.directoryExists(path);
  }

  getDirectories(path: string): string[] {
    return this.#compiler.ts.sys.getDirectories(path);
  }

  realpath(path: string): string {
    return this.#extra.has(path) ? path : (this.#compiler.ts.sys.realpath?.(path) ?? path);
  }

  getCancellationToken(): ts.HostCancellationToken {
    return {
      isCancellationRequested: () => {
        this.#checkpoint();
        return false;
      },
    };
  }

  #textOf(path: string): string | undefined {
    const own = this.#overlay.get(path) ?? this.#extra.get(path);
    if (own !== undefined) return own;
    const isOwn = !path.includes('/node_modules/') && !path.endsWith('.d.ts');
    return (isOwn ? this.#read(path) : undefined) ?? this.#compiler.ts.sys.readFile(path);
  }
}
