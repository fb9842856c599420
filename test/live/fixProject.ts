import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fixFile } from '../../src/fixes/fix.ts';
import type { Fix } from '../../src/fixes/fix.ts';
import type { RemedyKind } from '../../src/report/remedyKind.ts';

/** Node executables to run programs with: those of OFFLOOP_NODES, else the one that runs the tests. */
export const nodes: readonly string[] = (process.env['OFFLOOP_NODES'] ?? '')
  .split(delimiter)
  .filter((each) => each !== '');
export const someNodes = nodes.length === 0 ? [process.execPath] : nodes;

/** A throw-away project on disk. */
export interface Project extends AsyncDisposable {
  readonly root: string;
}

/** Makes a project out of texts by relative path. */
export async function makeProject(files: Readonly<Record<string, string>>): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'offloop-fix-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

/** Computes a fix in a project and writes it. */
export async function fixIn(
  { root }: Project,
  file: string,
  line: number,
  kind: RemedyKind,
  executorTarball: string | null = null,
  column: number | null = null,
): Promise<Fix> {
  return fixFile({
    root,
    file,
    line,
    column,
    kind,
    write: true,
    accept: true,
    executorTarball,
    executorModule: '@offloop/executor',
  });
}

/** What a program prints; rejects when it fails. */
export async function run(node: string, root: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(node, [...args], { cwd: root, encoding: 'utf8' });
  return stdout;
}

/** Turns any value into text that shows its type, for comparing two runs. */
export const showFunction = `
const show = (value) => {
  if (Buffer.isBuffer(value)) return 'Buffer ' + value.toString('hex');
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return value.constructor.name + ' ' + Buffer.from(value).toString('hex');
  if (value instanceof Error) return ['error', value.name, value.code, value.syscall, value.message].join(' ');
  if (Array.isArray(value)) return '[' + value.map(show).join(', ') + ']';
  if (typeof value === 'object' && value !== null) {
    return (value.constructor?.name ?? 'null') + ' {' + Object.keys(value).filter((key) => !/^(atime|ctime|mtime|birthtime|ino|dev|pid|uid|gid)/.test(key)).map((key) => key + ': ' + show(value[key])).join(', ') + '}';
  }
  return typeof value + ' ' + String(value);
};
`;
