import { pathToFileURL } from 'node:url';
import type { TaskReference } from '@offloop/executor';
import type { WireReference } from '@offloop/executor/internal';
import { glob } from 'tinyglobby';
import { buildKey, buildOf, stemOf } from '../wire/build.ts';
import type { JobData } from '../wire/jobData.ts';
import type { StoredOutcome } from '../wire/outcome.ts';

/** A task file of this machine. */
interface TaskFile {
  readonly path: string;
  readonly build: string;
}

/** Where a worker finds a task: its reference here, or the builds that it has instead of the wanted one. */
export type Found = { readonly ref: WireReference } | { readonly has: readonly string[] };

/** What may run without being in a task file: it computes, and reaches neither files nor programs. */
const harmless: readonly RegExp[] = [
  /^node:(?:crypto|zlib)#\w+$/,
  /^global#(?:JSON\.(?:parse|stringify)|structuredClone|Math\.\w+)$/,
];
// Ways from any object to the maker of functions from text.
const reflective = /(?:^|\.)(?:constructor|__proto__|prototype)(?:\.|$)/;

/** The task files of a worker. */
export class TaskFiles {
  private constructor(
    private readonly byStem: ReadonlyMap<string, readonly TaskFile[]>,
    private readonly allowsAnyModule: boolean,
    private readonly folder: string,
  ) {}

  /**
   * Finds the files and reads them once.
   * @throws Error when nothing matches
   */
  static async find(
    patterns: string | readonly string[],
    options: { readonly cwd: string; readonly build?: string | undefined; readonly allowAnyModule: boolean },
  ): Promise<TaskFiles> {
    const list = typeof patterns === 'string' ? [patterns] : [...patterns];
    const paths = await glob(list, { cwd: options.cwd, absolute: true, ignore: ['**/node_modules/**'] });
    if (paths.length === 0)
      throw new Error(
        `No file matches ${list.join(', ')} in ${options.cwd}: build first, or check the pattern`,
      );
    const byStem = new Map<string, TaskFile[]>();
    for (const path of paths.sort()) {
      const file = { path, build: options.build ?? (await buildOf(path)) };
      byStem.set(stemOf(path), [...(byStem.get(stemOf(path)) ?? []), file]);
    }
    return new TaskFiles(byStem, options.allowAnyModule, options.cwd);
  }

  /** All files, as `name@build`. */
  get names(): readonly string[] {
    return [...this.byStem].flatMap(([stem, files]) => files.map(({ build }) => buildKey(stem, build)));
  }

  /**
   * Finds a task.
   * @throws TypeError when this worker does not run such a thing at all
   */
  find(data: JobData): Found {
    const name = `${data.module}#${data.export}`;
    if (reflective.test(data.export)) throw refusal(name, 'is not the name of a function');
    if (data.kind === 'file') return this.#findFile(data);
    if (data.kind === 'builtin' && (this.allowsAnyModule || harmless.some((rule) => rule.test(name))))
      return { ref: { kind: 'builtin', module: data.module, export: data.export } };
    if (data.kind === 'bare' && this.allowsAnyModule)
      return {
        ref: { kind: 'bare', module: data.module, export: data.export, base: `${this.folder}/worker.js` },
      };
    throw refusal(
      name,
      'is not in a task file: export it from one, or start workers with --allow-any-module',
    );
  }

  #findFile(data: JobData): Found {
    const files = this.byStem.get(data.module) ?? [];
    const file = files.find(({ build }) => build === data.build);
    if (file === undefined) return { has: files.map(({ build }) => build) };
    return { ref: { kind: 'file', module: pathToFileURL(file.path).href, export: data.export } };
  }
}

function refusal(name: string, why: string): Error {
  return Object.assign(new TypeError(`${name} ${why}`), {
    name: 'TaskReferenceError',
    code: 'ERR_TASK_NOT_REFERENCABLE',
  });
}

/** The function of this package that runs tasks inside a thread. */
export function hostReference(file: string): TaskReference<HostFunction> {
  return { module: pathToFileURL(file), export: 'runTask' };
}

/** What the thread is asked: the task, its arguments as they came, and what its result may take. */
export interface HostRequest {
  readonly ref: WireReference;
  /** Base64: a text is the cheapest thing to hand to a thread. */
  readonly payload: string;
  readonly chunk: boolean;
  readonly maxPayload: number;
}

/** Runs a task inside a thread; answers with its outcome, errors included. */
export type HostFunction = (request: HostRequest) => Promise<StoredOutcome>;
