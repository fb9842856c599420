import { dirname } from 'node:path';
import { TaskReferenceError } from '@offloop/executor';
import { findFile, type ResolvedTask } from '@offloop/executor/internal';
import { buildOf, stemOf } from '../wire/build.ts';
import type { JobData } from '../wire/jobData.ts';

/** How a task is named on another machine: by the name of its file and the build of it, never by a path. */
export type TaskIdentity = Pick<JobData, 'kind' | 'module' | 'export' | 'build'>;

/** Names tasks for other machines; reads each task file once. */
export class Identities {
  readonly #known = new Map<number, TaskIdentity>();

  constructor(private readonly build: string | undefined) {}

  /** The name of a task that was named before. */
  known(task: ResolvedTask): TaskIdentity | undefined {
    return this.#known.get(task.id);
  }

  /** Names a task. Rejects with a `TaskReferenceError` when its file cannot be found here. */
  async find(task: ResolvedTask): Promise<TaskIdentity> {
    const { ref } = task;
    const identity: TaskIdentity =
      ref.kind === 'file'
        ? await this.#ofFile(task)
        : { kind: ref.kind, module: ref.module, export: ref.export };
    this.#known.set(task.id, identity);
    return identity;
  }

  async #ofFile({ ref, name }: ResolvedTask): Promise<TaskIdentity> {
    const entry = process.argv[1];
    const file = findFile(ref, entry === undefined ? {} : { entry: dirname(entry) });
    if (file === undefined) {
      throw new TaskReferenceError(
        'ERR_TASK_NOT_REFERENCABLE',
        `${name} is not in a file: other machines can only run tasks of files that they have, too`,
      );
    }
    const build = this.build ?? (await buildOf(file));
    return { kind: 'file', module: stemOf(file), export: ref.export, build };
  }
}
