import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scriptArgument } from '../commandLine.ts';
import type { NodeProcess } from '../processTable.ts';
import { codeFiles, isInstalled, ReadingBudget, type TextFile } from './programFiles.ts';
import {
  findPackage,
  namedPackages,
  packageAround,
  packageOf,
  productionDependencies,
  relativeImports,
  loadsByComputedName,
  type InstalledPackage,
} from './programPackages.ts';
import { listensToProcess, namesSignal } from './signalWords.ts';

/** A place that speaks for a program's own handler of SIGUSR1. */
export interface SignalTrace {
  /** Absolute; null for the command line. */
  readonly path: string | null;
  /** 1-based. */
  readonly line: number;
  /** Whether the program itself has the handler, or a package that it may have loaded. */
  readonly origin: 'program' | 'dependency';
}

/** What was found, and whether everything could be searched. */
export interface SignalSearch {
  readonly trace: SignalTrace | null;
  readonly isComplete: boolean;
}

/**
 * Packages that listen to SIGUSR1 only to pass it on to a program that they start. A server that depends on them does
 * not handle the signal.
 */
const forwarders: ReadonlySet<string> = new Set(['commander', 'playwright-core']);

/**
 * Looks for a program's own handler of SIGUSR1, in what it was started with, in its own files, and in the packages that it
 * depends on. Node itself catches the signal, so that the signal mask tells nothing of a handler of the program, and to
 * send the signal would run that handler.
 */
export function findSignalHandler(entry: NodeProcess): Promise<SignalSearch> {
  return new SignalHandlerSearch(entry).run();
}

class SignalHandlerSearch {
  readonly #entry: NodeProcess;
  readonly #cwd: string;
  readonly #budget = new ReadingBudget();
  /** Packages to search, as code in a folder names them; the order is that in which they were seen. */
  readonly #packages: { readonly from: string; readonly name: string }[] = [];
  readonly #searched = new Set<string>();
  /** A file in each package whose files may be loaded without being named: all of them are searched. */
  readonly #loose: string[] = [];

  constructor(entry: NodeProcess) {
    this.#entry = entry;
    this.#cwd = entry.cwd ?? process.cwd();
  }

  async run(): Promise<SignalSearch> {
    const trace =
      inCommandLine(this.#entry) ??
      (await this.#inProgram()) ??
      (await this.#inLoosePackages()) ??
      (await this.#inPackages());
    return { trace, isComplete: !this.#budget.isSpent };
  }

  /** The script, what is loaded before it, and the files that these import. */
  async #inProgram(): Promise<SignalTrace | null> {
    const script = scriptArgument(this.#entry.argv);
    const files: TextFile[] = [];
    for (const name of [...(script === null ? [] : [script]), ...preloads(this.#entry)]) {
      const isPath = name === script || isAbsolute(name) || /^\.{1,2}[\\/]/.test(name);
      const file = isPath ? await this.#budget.readModule(this.#cwd, name) : null;
      if (file !== null) files.push(file);
      else if (!isPath) this.#packages.push({ from: this.#cwd, name: packageOf(name) });
    }
    for (const file of files) {
      const trace = isInstalled(file.path) ? await this.#inTool(file) : await this.#inClosure(file);
      if (trace !== null) return trace;
    }
    return null;
  }

  /** A tool that was installed may run any file of the project in the working directory. */
  async #inTool(file: TextFile): Promise<SignalTrace | null> {
    this.#loose.push(join(this.#cwd, 'package.json'));
    const found = await packageAround(file.path);
    return found === null ? null : this.#inPackage(found, [file]);
  }

  async #inClosure(first: TextFile): Promise<SignalTrace | null> {
    const queue = [first];
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const { path, text } = file;
      const line = namesSignal(text);
      if (line !== null) return { path, line, origin: 'program' };
      for (const name of relativeImports(text)) {
        const next = await this.#budget.readModule(dirname(path), name);
        if (next !== null) queue.push(next);
      }
      const isLoose = loadsByComputedName(text) || (await this.#namePackages(path, text));
      if (isLoose) this.#loose.push(path);
    }
    return null;
  }

  /** Notes the packages that a file imports; answers whether it imports something that is none (a path alias). */
  async #namePackages(path: string, text: string): Promise<boolean> {
    let hasAlias = false;
    for (const name of namedPackages(text)) {
      const from = dirname(path);
      if ((await findPackage(from, name)) === null) hasAlias = true;
      else this.#packages.push({ from, name });
    }
    return hasAlias;
  }

  /** All files of the packages whose files may be loaded by computed names. */
  async #inLoosePackages(): Promise<SignalTrace | null> {
    const folders = new Set<string>();
    for (const path of this.#loose) {
      const found = await packageAround(path);
      if (found === null || folders.has(found.folder)) continue;
      folders.add(found.folder);
      const needed = productionDependencies(found.manifest);
      this.#packages.push(...needed.map((name) => ({ from: found.folder, name })));
      for await (const { path: at, text } of codeFiles(found.folder, this.#budget)) {
        const line = namesSignal(text);
        if (line !== null) return { path: at, line, origin: 'program' };
        await this.#namePackages(at, text);
      }
    }
    return null;
  }

  /** The packages that the program names, then those that these need. */
  async #inPackages(): Promise<SignalTrace | null> {
    for (const { from, name } of this.#packages) {
      if (this.#budget.isSpent) return null;
      const found = forwarders.has(name) ? null : await findPackage(from, name);
      if (found === null) continue;
      const trace = await this.#inPackage(found);
      if (trace !== null) return trace;
      const needed = productionDependencies(found.manifest);
      this.#packages.push(...needed.map((each) => ({ from: found.folder, name: each })));
    }
    return null;
  }

  /** A name alone may be data: an installed package handles the signal when it also listens to events of the process. */
  async #inPackage(
    { folder }: InstalledPackage,
    /** Files of it that have been read already. */
    read: readonly TextFile[] = [],
  ): Promise<SignalTrace | null> {
    if (this.#searched.has(folder)) return null;
    this.#searched.add(folder);
    const origin = isInstalled(folder) ? 'dependency' : 'program';
    let named: SignalTrace | null = null;
    let listens = origin === 'program';
    for await (const { path, text } of filesFirst(read, codeFiles(folder, this.#budget))) {
      const line = namesSignal(text);
      if (line !== null) named ??= { path, line, origin };
      listens ||= listensToProcess(text);
      if (named !== null && listens) return named;
    }
    return null;
  }
}

async function* filesFirst(
  read: readonly TextFile[],
  others: AsyncGenerator<TextFile>,
): AsyncGenerator<TextFile> {
  yield* read;
  yield* others;
}

function inCommandLine({ argv }: NodeProcess): SignalTrace | null {
  const flag = argv.findIndex((word) => /^(?:-e|-p|-pe|--eval|--print)$/.test(word));
  const line = flag === -1 ? null : namesSignal(argv[flag + 1] ?? '');
  return line === null ? null : { path: null, line, origin: 'program' };
}

/** Paths, or names of packages, of what Node loads before the program. */
function preloads({ argv, nodeOptions }: NodeProcess): readonly string[] {
  const words = [...nodeOptions.split(/\s+/).map((word) => word.replaceAll('"', '')), ...argv];
  return words.flatMap((word, index) => {
    const joined = /^--(?:require|import|loader|experimental-loader)=(.+)$/.exec(word)?.[1];
    const isFlag = /^(?:-r|--require|--import|--loader|--experimental-loader)$/.test(word);
    const named = joined ?? (isFlag ? words[index + 1] : undefined);
    if (named === undefined || named.startsWith('data:')) return [];
    return [named.startsWith('file:') ? fileURLToPath(named) : named];
  });
}
