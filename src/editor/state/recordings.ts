import { startRecorder, type Recorder } from '../../investigation/helpers/recorderClient.ts';
import type { RecorderEvent, RecorderSettings } from '../../investigation/helpers/recorderProtocol.ts';
import { runKey, type Asked, type Session } from './session.ts';
import type { SessionStore } from './sessionStore.ts';
import type { SourceSnapshots } from './sourceSnapshots.ts';

/** How a session ended: the user stopped it, its program was done, or its program did not start again. */
export type SessionEnd = 'stopped' | 'done' | 'not-restarted';

/** What recorders of this window share. */
export interface RecordingsOptions {
  /** Absolute path of the built `offloop-recorder.js`. */
  readonly modulePath: string;
  readonly store: SessionStore;
  readonly snapshots: SourceSnapshots;
  readonly onLog: (text: string) => void;
  /** Called when a session could not be attached or broke off, with a sentence for the user. */
  readonly onFailure: (message: string) => void;
  /** Called with a session that is over. */
  readonly onEnded: (session: Session, how: SessionEnd) => void;
}

/** The recorders at work, one per live session. */
export class Recordings implements Disposable {
  readonly #options: RecordingsOptions;
  readonly #recorders = new Map<number, Recorder>();
  readonly #stopped = new Set<number>();

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** Starts a recorder and a session that shows what it tells. */
  start(title: string, asked: Asked, settings: RecorderSettings): Session {
    const { store, modulePath, onLog } = this.#options;
    const { root, thresholdMs } = settings;
    const { target } = asked;
    const session = store.open({ kind: 'live', title, root, thresholdMs, asked });
    let queue = Promise.resolve();
    const onEvent = (event: RecorderEvent): void => {
      queue = queue.then(() => this.#take(session, event));
    };
    this.#recorders.set(session.id, startRecorder({ modulePath, target, settings, onEvent, onLog }));
    return session;
  }

  /** Asks a session's recorder to stop; its last report follows. */
  stop(id: number): void {
    this.#stopped.add(id);
    this.#recorders.get(id)?.stop();
  }

  [Symbol.dispose](): void {
    for (const recorder of this.#recorders.values()) recorder[Symbol.dispose]();
    this.#recorders.clear();
  }

  /** Events are taken in one after the other: a report is shown once its source texts are known. */
  async #take({ id, root }: Session, event: RecorderEvent): Promise<void> {
    const { store, snapshots, onFailure, onEnded } = this.#options;
    const calls =
      event.kind === 'report' || event.kind === 'ended'
        ? await snapshots.learn(runKey({ id }, event.run), root, event.report)
        : undefined;
    const waited = store.get(id)?.phase === 'waiting';
    store.handle(id, event, calls);
    if (event.kind === 'failed') onFailure(event.message);
    if (event.kind !== 'failed' && event.kind !== 'ended') return;
    this.#recorders.delete(id);
    const wasStopped = this.#stopped.delete(id);
    const session = store.get(id);
    if (event.kind !== 'ended' || session === null) return;
    onEnded(session, wasStopped ? 'stopped' : waited ? 'not-restarted' : 'done');
  }
}
