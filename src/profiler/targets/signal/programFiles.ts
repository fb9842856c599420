import { open, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A source file of a program. */
export interface TextFile {
  /** Absolute, links followed. */
  readonly path: string;
  readonly text: string;
}

/** Enough for an ordinary server with its dependencies, and a second or two of reading. */
const most = { files: 6_000, bytes: 64 * 1024 * 1024, ms: 3_000 } as const;
/** Larger files are bundles or data: their beginning and end are not worth more than those of others. */
const mostOfFile = 4 * 1024 * 1024;

/** Reads files until it has read enough: what is searched stays bounded, however large a project is. */
export class ReadingBudget {
  readonly #started = performance.now();
  readonly #seen = new Set<string>();
  #files = 0;
  #bytes = 0;

  /** Whether nothing more is read. */
  get isSpent(): boolean {
    return (
      this.#files >= most.files || this.#bytes >= most.bytes || performance.now() - this.#started >= most.ms
    );
  }

  /** The text of a file that was not read before; null where there is none, or the budget is spent. */
  async read(path: string): Promise<TextFile | null> {
    if (this.isSpent) return null;
    const real = await realpath(path).catch(() => null);
    if (real === null || this.#seen.has(real)) return null;
    this.#seen.add(real);
    const text = await textOf(real);
    if (text === null) return null;
    this.#files += 1;
    this.#bytes += text.length;
    return { path: real, text };
  }

  /** The file that Node would load for a path without an ending, or for a folder. */
  async readModule(from: string, path: string): Promise<TextFile | null> {
    const base = resolve(from, path);
    // TypeScript is imported by the name of the JavaScript that it becomes.
    const typed = base.replace(/\.([cm]?)js$/, '.$1ts');
    const endings = ['', '.js', '.cjs', '.mjs', '.ts', '/index.js', '/index.cjs', '/index.mjs', '/index.ts'];
    for (const candidate of [...endings.map((ending) => base + ending), typed, `${typed}x`]) {
      const file = await this.read(candidate);
      if (file !== null) return file;
    }
    return null;
  }
}

async function textOf(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    if (!(await file.stat()).isFile()) return null;
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, mostOfFile));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    // Files come and go, and some cannot be read: they say nothing then.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  } finally {
    await file.close();
  }
}

const code = /(?<!\.d)\.(?:[cm]?[jt]s|[jt]sx)$/;
const aside =
  /^(?:node_modules|tests?|__tests__|spec|docs?|examples?|coverage|bench|benchmarks?|fixtures)$|^\./i;
const testFile = /\.(?:test|spec)\.[^.]+$/;
const deepest = 12;

/**
 * The source files under a folder, files before folders; without installed packages, tests, hidden folders and the packages
 * that lie in it.
 */
export async function* codeFiles(folder: string, budget: ReadingBudget, depth = 0): AsyncGenerator<TextFile> {
  if (budget.isSpent || depth > deepest || (depth > 0 && (await isNamedPackage(folder)))) return;
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile() || !code.test(entry.name) || testFile.test(entry.name)) continue;
    const file = await budget.read(join(folder, entry.name));
    if (file !== null) yield file;
  }
  for (const entry of entries) {
    if (entry.isDirectory() && !aside.test(entry.name))
      yield* codeFiles(join(folder, entry.name), budget, depth + 1);
  }
}

/** Whether a folder is a package of its own: one without a name only says how its modules are written. */
async function isNamedPackage(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '');
  return /"name"\s*:/.test(text);
}

/** Whether a path lies in an installed package. */
export const isInstalled = (path: string): boolean => /[\\/]node_modules(?:[\\/]|$)/.test(path);

/** Whether there is a folder at a path. */
export const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
