import { isAbsolute, relative, resolve, sep } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { applyEdits, planFix } from '../remedies/planRemedies.ts';
import type { Plan } from '../remedies/plan.ts';
import { listedAssumptions } from '../remedies/remedyOffer.ts';
import type { Position } from '../base/position.ts';
import type { RemedyKind } from '../report/remedyKind.ts';
import { OffloopError } from '../base/offloopError.ts';
import { addExecutor } from './fixDependency.ts';
import type { ExecutorDependency } from './fixDependency.ts';
import { readProject } from '../sources/fixProject.ts';
import { refusedFix } from './fixJson.ts';
import type { FileChange, FixJson } from './fixJson.ts';
import { contentOf, writeAll } from './fixWrite.ts';
import type { ContentReader, PendingFile } from './fixWrite.ts';

/** One fix to compute and perhaps write. */
export interface FixRequest {
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
export async function fixFile(request: FixRequest): Promise<Fix> {
  const root = resolve(request.root);
  const path = resolve(root, request.file);
  const read = contentReader(request.pending);
  const text = await readSource(root, path, read);
  const project = readProject(root, path, textsOf(request.pending));
  const planned = planFix(
    { path, text },
    {
      path,
      position: { line: request.line - 1, column: request.column === null ? null : request.column - 1 },
      callee: request.callee ?? null,
      end: request.end == null ? null : { line: request.end.line - 1, column: request.end.column - 1 },
      kind: request.kind,
      executorModule: request.executorModule,
    },
    project,
  );
  const name = namesFrom(root);
  if (!planned.ok) return { json: refusedFix(request.kind, planned.error, name), diff: '', files: [] };
  const plan = planned.value;
  const executor = await executorFor(plan, path, root, request);
  const files = [...executor.files, ...changedFiles(plan, new Map([...project.texts, [path, text]]))];
  const isWritten = request.write && (plan.assumptions.length === 0 || request.accept === true);
  if (isWritten) await writeAll(files);
  const edits = changesOf(files, name);
  return { json: fixJson(plan, edits, executor, isWritten, name), diff: patchOf(files, root), files };
}

const namesFrom =
  (root: string) =>
  (path: string): string =>
    relative(root, path).split(sep).join('/');

type Pending = FixRequest['pending'];

const contentReader =
  (pending: Pending): ContentReader =>
  async (path) =>
    pending?.get(path)?.after ?? contentOf(path);

const textsOf = (pending: Pending): ReadonlyMap<string, string> =>
  new Map([...(pending ?? [])].map(([path, { after }]) => [path, after.toString('utf8')]));

/** Reads a file that may be edited: inside the root, not a dependency, valid UTF-8. */
async function readSource(root: string, path: string, read: ContentReader): Promise<string> {
  const inside = relative(root, path);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    throw new OffloopError('bad-input', `${path} is outside the project ${root}: give its root with --root.`);
  }
  if (inside.split(sep).includes('node_modules')) {
    throw new OffloopError('bad-input', `${path} belongs to a dependency, which an install would overwrite.`);
  }
  const content = await read(path);
  if (content === null) throw new OffloopError('bad-input', `${path} does not exist.`);
  const text = content.toString('utf8');
  if (!Buffer.from(text).equals(content)) {
    throw new OffloopError('bad-input', `${path} is not UTF-8 text: convert it first.`);
  }
  return text;
}

async function executorFor(
  plan: Plan,
  path: string,
  root: string,
  request: FixRequest,
): Promise<ExecutorDependency> {
  if (!plan.needsExecutor) return { dependency: null, files: [], warnings: [] };
  const source = { name: request.executorModule, tarball: request.executorTarball };
  return addExecutor(path, root, source, contentReader(request.pending));
}

/** New contents computed from the very texts the plan was made from; writing checks that they still hold. */
function changedFiles(plan: Plan, texts: ReadonlyMap<string, string>): readonly PendingFile[] {
  const paths = [...new Set(plan.edits.map(({ path }) => path))];
  return paths.map((path) => {
    const edits = plan.edits.filter((edit) => edit.path === path);
    const text = texts.get(path);
    const after = Buffer.from(applyEdits(text ?? '', edits));
    return { path, before: text === undefined ? null : Buffer.from(text), after };
  });
}

/** Whether a file is not text and so in no patch: the packed executor. */
export const isPacked = ({ path }: PendingFile): boolean => path.endsWith('.tgz');

/** Text files only: the packed executor is named by `dependency`. */
function changesOf(files: readonly PendingFile[], name: (path: string) => string): readonly FileChange[] {
  return files
    .filter((file) => !isPacked(file))
    .map(({ path, before, after }) => ({
      file: name(path),
      before: before?.toString('utf8') ?? null,
      after: after.toString('utf8'),
    }));
}

function fixJson(
  plan: Plan,
  edits: readonly FileChange[],
  executor: ExecutorDependency,
  applied: boolean,
  name: (path: string) => string,
): FixJson {
  return {
    kind: plan.kind,
    applied,
    refusal: null,
    edits,
    dependency: executor.dependency,
    asyncSpread: plan.asyncSpread.map(({ path, line, ...rest }) => ({
      file: name(path),
      ...rest,
      line: line + 1,
    })),
    typeChecked: plan.typeChecked,
    assumptions: listedAssumptions(plan.assumptions, name),
    warnings: [...plan.warnings, ...executor.warnings],
  };
}

/** What files become in the form `patch -p1` and `git apply` take; names are relative to the root. */
export function patchOf(files: readonly PendingFile[], root: string): string {
  return changesOf(files, namesFrom(resolve(root)))
    .map(({ file, before, after }) => {
      const old = before === null ? '/dev/null' : `a/${file}`;
      return createTwoFilesPatch(old, `b/${file}`, before ?? '', after, '', '', { context: 3 })
        .replace(/^=+\n/, '')
        .replace(/^(---|\+\+\+) (.*?)\t$/gm, '$1 $2');
    })
    .join('');
}
