import { extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { listedAssumptions } from '../remedies/remedyOffer.ts';
import { toZeroBased, type Position } from '../base/position.ts';
import { relativeTo } from '../report/relativePath.ts';
import type { RemedyKind } from '../report/remedyKind.ts';
import { OffloopError } from '../base/offloopError.ts';
import { isSourceFile } from '../sources/sourceFiles.ts';
import { readProject } from '../sources/fixProject.ts';
import { buildFix, type BuiltFix } from './buildFix.ts';
import { isPacked, patchOf } from './diff.ts';
import { refusedFix } from './fixJson.ts';
import type { FixJson } from './fixJson.ts';
import { contentNow, writeAll } from './fixWrite.ts';
import type { ContentReader, PendingFile } from './fixWrite.ts';

/** One fix of a file on disk, to compute and perhaps write. */
export interface FileFixRequest {
  /** Project root: paths in the result are relative to it, and nothing outside of it is edited. */
  readonly root: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; null means the only blocking call of the line. */
  readonly column: number | null;
  /** Last name of the callee, which tells the calls of a chain apart that start at one place; optional. */
  readonly callee?: string | null;
  /** 1-based end of the call, which tells those of a chain apart that have one name, too; optional. */
  readonly end?: Position | null;
  /** Null means the safest that fits. */
  readonly kind: RemedyKind | null;
  /** False only computes. */
  readonly write: boolean;
  /** Whether a fix that needs review is written too. */
  readonly accept?: boolean;
  /** The packed executor that fixes vendor into a project, or null. */
  readonly executorTarball: string | null;
  /** Name under which edits import the executor, normally `@offloop/executor`. */
  readonly executorModule: string;
  /** What other fixes made of files and have not written yet, by path: it goes before what is on disk. */
  readonly pending?: ReadonlyMap<string, PendingFile>;
}

/** A fix as JSON, as a unified diff, and as the files it makes; without diff and files when it was refused. */
export interface Fix {
  readonly json: FixJson;
  readonly diff: string;
  readonly files: readonly PendingFile[];
}

/**
 * Computes the fix for one call and writes it when asked to, all files or none; one that needs review is written only
 * with `accept`. A refusal is a result (`json.refusal`), not an error; the command line exits with 5 then.
 *
 * `offloop fix src/login.js:17:16 --with async --write` is
 * `fixFile({ root, file: 'src/login.js', line: 17, column: 16, kind: 'async', write: true, … })`.
 * @throws OffloopError `bad-input` for a file that is not there, not text or not the project's own; `write-failed`
 */
export async function fixFile(request: FileFixRequest): Promise<Fix> {
  const root = resolve(request.root);
  const path = resolve(root, request.file);
  const read = contentReader(request.pending);
  const built = buildFix({
    source: { path, text: readSource(root, path, read) },
    project: readProject(root, path, textsOf(request.pending)),
    position: placeOf(request),
    callee: request.callee ?? null,
    end: request.end == null ? null : toZeroBased(request.end),
    kind: request.kind,
    executorModule: request.executorModule,
    executor: { root, tarball: request.executorTarball, read },
    // Who runs this command in a project runs the project's tools there, too.
    types: { isTrusted: true },
  });
  const name = (file: string): string => relativeTo(root, file);
  if (!built.ok) return { json: refusedFix(request.kind, built.error, name), diff: '', files: [] };
  const fix = built.value;
  const isWritten = request.write && (fix.assumptions.length === 0 || request.accept === true);
  if (isWritten) await writeAll(fix.files);
  return { json: fixJson(fix, isWritten, name), diff: patchOf(fix.files, root), files: fix.files };
}

/** Where the call is, zero-based. */
function placeOf({ line, column }: FileFixRequest): { line: number; column: number | null } {
  const start = toZeroBased({ line, column: column ?? 1 });
  return { line: start.line, column: column === null ? null : start.column };
}

type Pending = FileFixRequest['pending'];

const contentReader =
  (pending: Pending): ContentReader =>
  (path) =>
    pending?.get(path)?.after ?? contentNow(path);

const textsOf = (pending: Pending): ReadonlyMap<string, string> =>
  new Map([...(pending ?? [])].map(([path, { after }]) => [path, after.toString('utf8')]));

/** Reads a file that may be edited: inside the root, not a dependency, valid UTF-8. */
function readSource(root: string, path: string, read: ContentReader): string {
  const inside = relative(root, path);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    throw new OffloopError('bad-input', `${path} is outside the project ${root}. Name its root with --root.`);
  }
  if (inside.split(sep).includes('node_modules')) {
    throw new OffloopError(
      'bad-input',
      `${path} belongs to a dependency; the next install would overwrite the fix.`,
    );
  }
  if (extname(path) !== '' && !isSourceFile(path)) {
    throw new OffloopError('bad-input', `${path} is not a JavaScript or TypeScript file.`);
  }
  const content = read(path);
  if (content === null) throw new OffloopError('bad-input', `${path} does not exist.`);
  const text = content.toString('utf8');
  if (!Buffer.from(text).equals(content)) {
    throw new OffloopError('bad-input', `${path} is not UTF-8 text. Convert it first.`);
  }
  return text;
}

function fixJson(fix: BuiltFix, applied: boolean, name: (path: string) => string): FixJson {
  return {
    kind: fix.kind,
    applied,
    refusal: null,
    // Text files only: the packed executor is named by `dependency`.
    edits: fix.files
      .filter((file) => !isPacked(file))
      .map(({ path, before, after }) => ({
        file: name(path),
        before: before?.toString('utf8') ?? null,
        after: after.toString('utf8'),
      })),
    dependency: fix.executor?.dependency ?? null,
    asyncSpread: fix.asyncSpread.map(({ path, line, ...rest }) => ({
      file: name(path),
      ...rest,
      line: line + 1,
    })),
    typeChecked: fix.typeChecked,
    assumptions: listedAssumptions(fix.assumptions, name),
    warnings: [...fix.warnings, ...(fix.executor?.warnings ?? [])],
  };
}
