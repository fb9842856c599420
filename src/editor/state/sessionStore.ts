import type { RecorderEvent } from '../../investigation/helpers/recorderProtocol.ts';
import { findingViews, type FindingView } from './findingViews.ts';
import { advance, cleared, isActive, type Run, type Session } from './session.ts';

/** What a session is opened with. */
export type NewSession = Pick<Session, 'kind' | 'title' | 'root' | 'thresholdMs' | 'asked'>;

/** What a change concerns: only the live figures of a session, or its findings. */
export type StoreChange = 'status' | 'findings';

/** All sessions of this window, and the findings that follow from them. */
export class SessionStore {
  readonly #listeners = new Set<(change: StoreChange) => void>();
  #sessions: readonly Session[] = [];
  #findings: readonly FindingView[] | null = null;
  #lastId = 0;

  /** In order of their start. */
  get sessions(): readonly Session[] {
    return this.#sessions;
  }

  /** The findings that surfaces show. */
  get findings(): readonly FindingView[] {
    this.#findings ??= findingViews(this.#sessions);
    return this.#findings;
  }

  /** Calls a listener after each change, until it is disposed. */
  onDidChange(listener: (change: StoreChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Opens a session that is about to record. */
  open(options: NewSession): Session {
    this.#lastId += 1;
    const session: Session = {
      ...options,
      id: this.#lastId,
      name: null,
      earlier: this.#sessions.filter((each) => !isActive(each)).map(({ id }) => id),
      address: null,
      phase: 'connecting',
      message: null,
      pauseMs: null,
      target: null,
      status: null,
      runs: [],
      cleared: null,
    };
    this.#set([...this.#sessions, session]);
    return session;
  }

  /** Takes in sessions of an earlier window, before any other is opened; their ids are those that they had. */
  restore(sessions: readonly Session[]): void {
    const known = new Set(this.#sessions.map(({ id }) => id));
    const added = sessions.filter(({ id }) => !known.has(id));
    this.#lastId = Math.max(this.#lastId, ...added.map(({ id }) => id));
    if (added.length > 0) this.#set([...added, ...this.#sessions].sort((a, b) => a.id - b.id));
  }

  /** Gives a session the name that the user wants for it; null gives it back that of its program. */
  rename(id: number, name: string | null): void {
    if (this.get(id) !== null) this.#update(id, (session) => ({ ...session, name }));
  }

  /** Takes in what a session's recorder told; an event of a session that was removed is dropped. */
  handle(id: number, event: RecorderEvent, calls: Run['calls'] = new Map()): void {
    if (this.get(id) === null) return;
    const change = event.kind === 'status' ? 'status' : 'findings';
    this.#update(id, (session) => advance(session, event, calls), change);
  }

  /** A session by its id; null when it was removed. */
  get(id: number): Session | null {
    return this.#sessions.find((session) => session.id === id) ?? null;
  }

  /** Forgets what was found so far: all sessions that are over, and what those at work found up to now. */
  clear(): void {
    this.#set(this.#sessions.filter(isActive).map(cleared));
  }

  /** Removes the sessions that a condition holds for. */
  remove(isUnwanted: (session: Session) => boolean): void {
    this.#set(this.#sessions.filter((session) => !isUnwanted(session)));
  }

  #update(id: number, alter: (session: Session) => Session, change: StoreChange = 'findings'): Session {
    const session = this.get(id);
    if (session === null) throw new Error(`There is no session ${String(id)}.`);
    const changed = alter(session);
    const sessions = this.#sessions.map((each) => (each.id === id ? changed : each));
    this.#set(sessions, change);
    return changed;
  }

  #set(sessions: readonly Session[], change: StoreChange = 'findings'): void {
    this.#sessions = sessions;
    if (change === 'findings') this.#findings = null;
    for (const listener of this.#listeners) listener(change);
  }
}
