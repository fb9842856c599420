import type { Recording } from '../../recording/recording.ts';
import { mainThread, threadOfProcess } from '../../recording/threadNames.ts';
import type { OffloopError } from '../../base/offloopError.ts';
import type { Result } from '../../base/result.ts';
import type { Micros, Millis } from '../../base/units.ts';
import { inspectFlags, signalPort } from '../targets/commandLine.ts';
import { findInspector } from '../targets/discover.ts';
import { moveInspector } from '../targets/moveInspector.ts';
import { openInspector } from '../targets/openInspector.ts';
import { descendantsOf, readNodeProcess, type NodeProcess } from '../targets/processTable.ts';
import { roleOf } from '../targets/programRole.ts';
import type { Capture, RecordingOutcome, CaptureEnd } from '../capture/capture.ts';
import { sumRoutes } from '../capture/sumRoutes.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';

/** Attaches to a process of the family; `name` gives the id under which a thread of it is known. Null: it cannot be. */
export type AttachChild = (
  inspector: ChildInspector,
  name: (threadId: string) => string,
) => Promise<Capture | null>;

/** The open inspector of a process that the program started. */
export interface ChildInspector {
  readonly webSocketUrl: string;
  /** Whether it is open because of us, and not by the process's own flags. */
  readonly openedByUs: boolean;
}

const lookEveryMs = 1_000;
/** A process that has no inspector after this many looks will not get one. */
const maxLooks = 5;
/** More processes than this are left alone. */
const maxChildren = 32;

/** Which processes are recorded with a program, and how. */
export interface FamilyOptions {
  readonly attachChild: AttachChild;
  /** The process whose descendants they are. Default: the program itself. */
  readonly of?: number;
  /** Whether inspectors that are closed are opened (the user agreed), and closed again at the end. */
  readonly opens: boolean;
  /** Whether the program's inspector was opened by us: then its signal may have opened those of others. */
  readonly owns: boolean;
}

/**
 * One session for a program and the processes it starts: the workers of a cluster, forks, child programs. Unless inspectors
 * may be opened, only those whose inspector is open already are recorded. Their threads join the program's own as `process 4711`,
 * `process 4711 worker 1`; all clocks are that of the machine.
 */
export class ProcessFamily implements Capture {
  readonly target: TargetInfo;
  readonly address: string;
  readonly closed: Promise<CaptureEnd>;
  /** Settles when the processes that are there already have been looked at. */
  readonly ready: Promise<void>;
  readonly #first: Capture;
  readonly #options: FamilyOptions;
  readonly #children = new Map<number, Capture>();
  readonly #looks = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #over = false;

  constructor(first: Capture, options: FamilyOptions) {
    this.#first = first;
    this.#options = options;
    this.target = first.target;
    this.address = first.address;
    this.closed = first.closed;
    void first.closed.then(() => {
      this.#end();
    });
    this.ready = this.#look();
    this.#looking = this.ready;
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, lookEveryMs);
    // The owner of the session decides how long it lasts.
    this.#timer.unref();
  }

  get startPauseMs(): Millis | null {
    return this.#first.startPauseMs;
  }

  get marks(): boolean {
    return this.#first.marks;
  }

  snapshot(since?: Micros): Recording {
    return mergeRecordings(
      this.#first.snapshot(since),
      [...this.#children].map(([pid, child]) => [pid, child.snapshot(since)]),
    );
  }

  async flush(): Promise<void> {
    await Promise.all([this.#first, ...this.#children.values()].map((session) => session.flush()));
  }

  async readScript(scriptId: string, threadId = 'main'): Promise<Result<string, OffloopError>> {
    for (const [pid, child] of this.#children) {
      const own = threadIn(pid, threadId);
      if (own !== null) return child.readScript(scriptId, own);
    }
    return this.#first.readScript(scriptId, threadId);
  }

  async stop(): Promise<RecordingOutcome> {
    this.#end();
    // Whoever stops wants no more of it, however long a child takes that is being attached to.
    const stopped = this.#first.stop();
    // Such a child must not be left with a profiler.
    await this.#looking;
    const notRecorded = await this.#notRecorded();
    const [outcome, ...children] = await Promise.all([
      stopped,
      ...[...this.#children].map(async ([pid, child]) => [pid, (await child.stop()).recording] as const),
    ]);
    return { ...outcome, recording: mergeRecordings(outcome.recording, children), notRecorded };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #end(): void {
    this.#over = true;
    clearInterval(this.#timer);
  }

  #isOver(): boolean {
    return this.#over;
  }

  async #look(): Promise<void> {
    const pid = this.#options.of ?? this.target.pid;
    if (this.#over || pid === null) return;
    for (const child of await descendantsOf(pid)) {
      if (child === this.target.pid) continue;
      if (this.#isOver()) return;
      const looks = this.#looks.get(child) ?? 0;
      if (looks >= maxLooks || this.#children.has(child) || this.#children.size >= maxChildren) continue;
      this.#looks.set(child, looks + 1);
      await this.#adopt(child);
    }
  }

  async #notRecorded(): Promise<readonly number[]> {
    const others = [...this.#looks.keys()].filter((pid) => !this.#children.has(pid));
    const entries = await Promise.all(others.map((pid) => readNodeProcess(pid)));
    return entries.flatMap((entry) => (entry !== null && roleOf(entry) === 'program' ? [entry.pid] : []));
  }

  async #adopt(pid: number): Promise<void> {
    const entry = await readNodeProcess(pid);
    // A shell may become the program.
    if (entry === null) return;
    if (roleOf(entry) !== 'program') {
      this.#looks.set(pid, maxLooks);
      return;
    }
    const found = await this.#inspectorOf(entry);
    // Also when the session is over by now: what was opened has to be closed.
    if (found === null) return;
    const session = await this.#options.attachChild(found, (thread) => threadOfProcess(pid, thread));
    if (session !== null) this.#children.set(pid, session);
  }

  async #inspectorOf(entry: NodeProcess): Promise<ChildInspector | null> {
    const inspector = await findInspector(entry);
    const byFlag = inspectFlags(entry).present;
    if (inspector === null) {
      const opened = this.#options.opens ? await openInspector(entry.pid) : null;
      return opened?.ok === true ? { webSocketUrl: opened.value.webSocketUrl, openedByUs: true } : null;
    }
    const { webSocketUrl, port } = inspector;
    // The signal that opened the program's inspector goes on to the workers of a cluster: the next one needs the port.
    const isForwarded = this.#options.owns && !byFlag;
    const isInTheWay = isForwarded && port === signalPort(entry);
    return {
      webSocketUrl: isInTheWay ? await moveInspector(entry.pid, webSocketUrl) : webSocketUrl,
      openedByUs: isForwarded,
    };
  }
}

/** A thread's own id within a process of the family; null when it is not of that process. */
function threadIn(pid: number, thread: string): string | null {
  const process = threadOfProcess(pid, mainThread);
  if (thread === process) return mainThread;
  return thread.startsWith(`${process} `) ? thread.slice(process.length + 1) : null;
}

/** One recording of several processes: the threads of the others join those of the first as `process 4711`. */
export function mergeRecordings(
  first: Recording,
  children: readonly (readonly [number, Recording])[],
): Recording {
  if (children.length === 0) return first;
  const all = [first, ...children.map(([, recording]) => recording)];
  return {
    ...first,
    startedAt: all.flatMap(({ startedAt }) => startedAt ?? []).sort()[0] ?? null,
    unobservedMs: totalOf(all, ({ unobservedMs }) => unobservedMs ?? null) as Millis | null,
    threads: [
      ...first.threads,
      ...children.flatMap(([pid, { threads, processStartedMs = null }]) =>
        threads.map((thread) => ({
          processStartedMs,
          ...thread,
          id: thread.pid === pid ? threadOfProcess(pid, thread.id) : thread.id,
        })),
      ),
    ],
    requests: totalOf(all, ({ requests }) => requests ?? null),
    routes: first.routes == null ? null : sumRoutes(all.map(({ routes }) => Object.entries(routes ?? {}))),
  };
}

/** The sum of what is known; null when nothing is. */
function totalOf(all: readonly Recording[], value: (recording: Recording) => number | null): number | null {
  const known = all.map(value).filter((number) => number !== null);
  return known.length === 0 ? null : known.reduce((sum, number) => sum + number, 0);
}
