import { CdpDispatcher, type CdpChannel, type CdpConnection } from '../protocol/cdpConnection.ts';
import { member, readString } from '../protocol/readValue.ts';

/** A worker thread's own inspector conversation, tunnelled through the main thread's. */
export interface WorkerChannel {
  readonly channel: CdpChannel;
  /** "worker 3": as Node numbers its threads. */
  readonly id: string;
}

/** More threads than this are left alone. */
const maxWorkers = 64;

/**
 * Watches the worker threads of a target, those that run already and those to come.
 * `onWorker` is called once per thread, `onGone` when it ended. Resolves when the running ones were announced.
 */
export async function watchWorkers(
  connection: CdpConnection,
  onWorker: (worker: WorkerChannel) => void,
  onGone: (id: string) => void,
): Promise<void> {
  const dispatchers = new Map<string, { readonly dispatcher: CdpDispatcher; readonly id: string }>();
  connection.on('NodeWorker.attachedToWorker', (params) => {
    const sessionId = readString(member(params, 'sessionId'), 64);
    if (sessionId === null || dispatchers.has(sessionId) || dispatchers.size >= maxWorkers) return;
    const workerId = readString(member(member(params, 'workerInfo'), 'workerId'), 64) ?? sessionId;
    const id = `worker ${workerId}`;
    const dispatcher = new CdpDispatcher((message) => {
      // A refused tunnel means that the worker is gone; its detach event ends the open calls.
      void connection.send('NodeWorker.sendMessageToWorker', { sessionId, message });
    });
    dispatchers.set(sessionId, { dispatcher, id });
    onWorker({ channel: dispatcher, id });
  });
  connection.on('NodeWorker.receivedMessageFromWorker', (params) => {
    const sessionId = readString(member(params, 'sessionId'), 64);
    const message = member(params, 'message');
    if (sessionId !== null && typeof message === 'string')
      dispatchers.get(sessionId)?.dispatcher.receive(message);
  });
  connection.on('NodeWorker.detachedFromWorker', (params) => {
    const sessionId = readString(member(params, 'sessionId'), 64) ?? '';
    const worker = dispatchers.get(sessionId);
    dispatchers.delete(sessionId);
    worker?.dispatcher.end('the worker thread ended');
    if (worker !== undefined) onGone(worker.id);
  });
  void connection.closed.then((reason) => {
    for (const { dispatcher } of dispatchers.values()) dispatcher.end(reason);
  });
  await connection.send('NodeWorker.enable', { waitForDebuggerOnStart: false });
}
