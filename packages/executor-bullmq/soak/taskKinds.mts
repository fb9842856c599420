import type { TaskPromise } from '@offloop/executor';
import type { QueueExecutor } from '@offloop/executor-bullmq';
import { mark, markAndFail, markLarge } from './soak.worker.mjs';

/** What a task of the soak does. */
export type Kind = 'mark' | 'large' | 'fail' | 'cancel' | 'key';

/** A task under way, and what may come of it. */
export interface Started {
  readonly promise: TaskPromise<unknown>;
  readonly isRight: (value: unknown, error: unknown) => boolean;
}

const longestPatienceMs = 50;

/** Chooses a kind: most tasks are plain ones. */
export function pickKind(random: () => number): Kind {
  const at = random();
  if (at < 0.85) return 'mark';
  if (at < 0.9) return 'large';
  if (at < 0.95) return 'fail';
  return at < 0.97 ? 'cancel' : 'key';
}

/** Submits a task of a kind. */
export function startTask(
  executor: QueueExecutor,
  kind: Kind,
  { folder, id, random }: { readonly folder: string; readonly id: number; readonly random: () => number },
): Started {
  if (kind === 'large')
    return {
      promise: executor.submit(markLarge, folder, id),
      isRight: (value) => Buffer.isBuffer(value) && value.length === 5_000 && value[0] === id % 256,
    };
  if (kind === 'fail')
    return {
      promise: executor.submit(markAndFail, folder, id),
      isRight: (_value, error) => error instanceof RangeError && (error as { id?: unknown }).id === id,
    };
  const bound = kind === 'key' ? executor.with({ key: String(id) }) : executor;
  const promise = bound.submit(mark, folder, id);
  if (kind === 'cancel') setTimeout(() => promise.cancel('changed my mind'), random() * longestPatienceMs);
  return {
    promise,
    isRight: (value, error) => value === id * 2 || (kind === 'cancel' && error === 'changed my mind'),
  };
}
