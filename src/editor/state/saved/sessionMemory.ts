import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../session.ts';
import type { SessionStore } from '../sessionStore.ts';
import type { SourceSnapshots } from '../sourceSnapshots.ts';
import { fromSaved, toSaved } from './convertSession.ts';
import { parseSaved, savedText } from './savedSession.ts';

/** Where sessions of this window are kept, and who is asked for them. */
export interface MemoryOptions {
  /** Absolute folder of the extension's own, for this workspace; made when missing. */
  readonly folder: string;
  readonly store: SessionStore;
  readonly snapshots: SourceSnapshots;
  /** Why a session that was at work when the window closed is over. */
  readonly reasonOfEnd: string;
  readonly onProblem: (message: string) => void;
}

/** A recording tells something new about once a second: that often it would only wear the disk. */
const saveAfterMs = 3_000;
/** Older sessions are forgotten with the window. */
const mostSessions = 20;
/** Longest text of all sessions together, in characters: it is read before the first finding is shown. */
const mostCharactersInAll = 12_000_000;

const fileOf = (id: number): string => `session-${String(id)}.json`;
const isSessionFile = (name: string): boolean => /^session-\d+\.json$/.test(name);

interface Kept {
  readonly session: Session;
  readonly characters: number;
}

/** Keeps the sessions of a window, so that they are there again when it is opened the next time. */
export class SessionMemory implements Disposable {
  readonly #options: MemoryOptions;
  /** id -> the session as it is on disk, and how long its text is */
  #saved: ReadonlyMap<number, Kept> = new Map();
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: MemoryOptions) {
    this.#options = options;
    this.#subscription = options.store.onDidChange((change) => {
      if (change === 'findings') this.#saveSoon();
    });
  }

  /** Restores the sessions of the previous window. One that cannot be read is reported and left out. */
  async restore(): Promise<void> {
    const { folder, store, snapshots, reasonOfEnd, onProblem } = this.#options;
    const names = (await readdir(folder).catch(() => [])).filter(isSessionFile);
    const kept: Kept[] = [];
    for (const name of names) {
      const path = join(folder, name);
      const text = await readFile(path, 'utf8');
      const parsed = parseSaved(text);
      if (parsed.ok && fileOf(parsed.value.id) === name)
        kept.push({
          session: await fromSaved(parsed.value, snapshots, reasonOfEnd),
          characters: text.length,
        });
      else {
        const reason = parsed.ok ? 'it has the id of another session' : parsed.error;
        onProblem(`${path} is not a session of this version: ${reason}. Offloop removes the file.`);
        await rm(path, { force: true });
      }
    }
    this.#saved = new Map(kept.map((each) => [each.session.id, each]));
    store.restore(kept.map(({ session }) => session));
  }

  /** Writes what is not written yet, at once: the window closes. */
  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    const { folder } = this.#options;
    const { changed, gone } = this.#changes();
    try {
      mkdirSync(folder, { recursive: true });
      for (const [id, text] of changed) {
        const path = join(folder, fileOf(id));
        writeFileSync(`${path}.new`, text);
        renameSync(`${path}.new`, path);
      }
      for (const id of gone) rmSync(join(folder, fileOf(id)), { force: true });
    } catch (error) {
      this.#tell(error);
    }
  }

  #saveSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#writing.then(() => this.#save());
    }, saveAfterMs);
  }

  async #save(): Promise<void> {
    const { folder } = this.#options;
    const { changed, gone } = this.#changes();
    try {
      await mkdir(folder, { recursive: true });
      for (const [id, text] of changed) {
        const path = join(folder, fileOf(id));
        // A window that reads it meanwhile sees the old text or the new one, never a part.
        await writeFile(`${path}.new`, text);
        await rename(`${path}.new`, path);
      }
      for (const id of gone) await rm(join(folder, fileOf(id)), { force: true });
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Texts of sessions that changed since they were written, and ids of those that are no longer kept. */
  #changes(): { readonly changed: ReadonlyMap<number, string>; readonly gone: readonly number[] } {
    const { store, snapshots } = this.#options;
    const changed = new Map<number, string>();
    const kept = new Map<number, Kept>();
    let characters = 0;
    for (const session of store.sessions.slice(-mostSessions).reverse()) {
      const written = this.#saved.get(session.id);
      const isWritten = written?.session === session;
      const text = isWritten ? null : savedText(toSaved(session, snapshots));
      const own = isWritten ? written.characters : text?.length;
      characters += own ?? 0;
      if (own === undefined || characters > mostCharactersInAll) continue;
      kept.set(session.id, { session, characters: own });
      if (text !== null) changed.set(session.id, text);
    }
    const gone = [...this.#saved.keys()].filter((id) => !kept.has(id));
    this.#saved = kept;
    return { changed, gone };
  }

  #tell(error: unknown): void {
    this.#options.onProblem(`The session could not be kept: ${String(error)}`);
  }
}
