import { channels, type TaskEvent } from './events.ts';
import type { PendingTask } from '../tasks/pendingTask.ts';

// Tied to tasks only while somebody listens.
const events = new WeakMap<PendingTask, TaskEvent>();

/** Publishes a submission, and remembers it for the events to come. */
export function publishSubmit(
  executor: { readonly name: string; readonly kind: TaskEvent['kind'] },
  task: PendingTask,
): void {
  const event: TaskEvent = {
    executor: executor.name,
    kind: executor.kind,
    id: task.id,
    name: task.task?.name ?? '',
    submittedAt: performance.now(),
    startedAt: undefined,
    endedAt: undefined,
    worker: undefined,
    outcome: undefined,
    error: undefined,
  };
  events.set(task, event);
  channels.taskSubmit.publish(event);
}

/** Publishes that a worker has the task. */
export function publishStart(task: PendingTask): void {
  if (!channels.taskStart.hasSubscribers && !channels.taskEnd.hasSubscribers) return;
  const event = events.get(task);
  if (event === undefined) return;
  event.startedAt = performance.now();
  event.worker = task.worker?.id;
  channels.taskStart.publish(event);
}

/** Publishes how a task ended. */
export function publishEnd(task: PendingTask, error: unknown): void {
  if (!channels.taskEnd.hasSubscribers) return;
  const event = events.get(task);
  if (event === undefined) return;
  event.endedAt = performance.now();
  event.outcome = task.state === 'queued' || task.state === 'running' ? undefined : task.state;
  event.error = error;
  channels.taskEnd.publish(event);
}
