import { mostProcesses, type ProcessLeftOut, type Recording } from '../../recording/recording.ts';
import { threadOfProcess } from '../../recording/threadNames.ts';
import { millis, type Micros } from '../../base/units.ts';
import type { Capture, CaptureEnd, RecordingOutcome } from '../capture/capture.ts';
import { watchersOf } from '../restarts/watchersOf.ts';
import { descendantsOf, readNodeProcess } from '../targets/processTable.ts';
import { roleOf } from '../targets/programRole.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';
import { childInspector, leftOut, type ChildInspector, type Consent } from './childInspector.ts';
import { mergeRecordings } from './mergeRecordings.ts';

/** Attaches to a process of the family; `name` gives the id under which a thread of it is known. Null: it cannot be. */
export type AttachChild = (
  inspector: ChildInspector,
  name: (threadId: string) => string,
) => Promise<Capture | null>;

const lookEveryMs = 1_000;
/** A process that has no inspector after this many looks will not get one. */
const maxLooks = 5;

/** Which processes are recorded with a program, and how. */
export interface FamilyOptions extends Consent {
  readonly attachChild: AttachChild;
  /** The process whose descendants they are. Default: the program itself. */
  readonly of?: number;
  /** Processes that belong to the program although they are no descendants: they were started in the background. */
  readonly also?: () => readonly number[];
  /** Whether the capture goes on when the first process ends and others run. */
  readonly outlives: 'never' | 'unless-watched' | 'always';
}

/** A process that is recorded besides the first. */
interface Member {
  readonly capture: Capture;
  /** A watcher started it in place of one that was recorded. */
  readonly isRestart: boolean;
  isOver: boolean;
}

/**
 * One session for a program and the processes it starts: the programs of a launcher, the workers of a cluster, forks. Unless
 * inspectors may be opened, only those whose inspector is open already are recorded; the others are listed in the
 * recording. Their threads join the program's own as `process 4711`, `process 4711 worker 1`; all clocks are that of the machine.
 */
export class ProcessFamily implements Capture {
  readonly target: TargetInfo;
  readonly address: string;
  readonly closed: Promise<CaptureEnd>;
  /** Settles when the processes that are there already have been looked at. */
  readonly ready: Promise<void>;
  readonly #first: Capture;
  readonly #options: FamilyOptions;
  readonly #children = new Map<number, Member>();
  readonly #looks = new Map<number, number>();
  readonly #leftOut = new Map<number, ProcessLeftOut>();
  readonly #started = performance.now();
  readonly #isWatched: Promise<boolean>;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #firstIsOver = false;
  #goesOn = false;
  #over = false;

  constructor(first: Capture, options: FamilyOptions) {
    this.#first = first;
    this.#options = options;
    this.target = first.target;
    this.address = first.address;
    // Of a process that is gone nobody knows its parents.
    this.#isWatched = options.outlives === 'unless-watched' ? isWatched(first.target.pid) : noPromise;
    this.closed = this.#untilOver();
    this.ready = this.#look();
    this.#looking = this.ready;
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => this.#look());
    }, lookEveryMs);
    // The owner of the session decides how long it lasts.
    this.#timer.unref();
  }

  snapshot(since?: Micros): Recording {
    return this.#merged(
      this.#first.snapshot(since),
      [...this.#children].map(([pid, { capture }]) => [pid, capture.snapshot(since)]),
    );
  }

  async flush(): Promise<void> {
    const all = [this.#first, ...this.#running.map(({ capture }) => capture)];
    await Promise.all(all.map((capture) => capture.flush()));
  }

  async stop(): Promise<RecordingOutcome> {
    const goesOn = this.#goesOn && this.#running.length > 0;
    this.#end();
    // Whoever stops wants no more of it, however long a child takes that is being attached to.
    const stopped = this.#first.stop();
    // Such a child must not be left with a profiler.
    await this.#looking;
    await this.#forgetEnded();
    const [outcome, ...children] = await Promise.all([
      stopped,
      ...[...this.#children].map(
        async ([pid, { capture }]) => [pid, (await capture.stop()).recording] as const,
      ),
    ]);
    const recording = this.#merged(outcome.recording, children);
    return goesOn ? { died: false, reason: null, recording } : { ...outcome, recording };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #running(): readonly Member[] {
    return [...this.#children.values()].filter(({ isOver }) => !isOver);
  }

  /** The end of the first process, or of the last one where others go on without it. */
  async #untilOver(): Promise<CaptureEnd> {
    const end = await this.#first.closed;
    this.#firstIsOver = true;
    const { outlives } = this.#options;
    const mayGoOn = outlives === 'always' || (outlives === 'unless-watched' && !(await this.#isWatched));
    while (end.died && mayGoOn && !this.#isOver()) {
      // A process may be about to be attached to.
      await this.#looking;
      const running = this.#running.map(({ capture }) => capture.closed);
      if (running.length === 0) break;
      this.#goesOn = true;
      await Promise.race(running);
    }
    this.#end();
    return end;
  }

  #end(): void {
    this.#over = true;
    clearInterval(this.#timer);
  }

  #isOver(): boolean {
    return this.#over;
  }

  #merged(first: Recording, children: readonly (readonly [number, Recording])[]): Recording {
    const marked = children.map(([pid, recording]) =>
      this.#children.get(pid)?.isRestart === true
        ? ([pid, restarted(recording)] as const)
        : ([pid, recording] as const),
    );
    const merged = mergeRecordings(first, marked);
    const notRecorded = [...this.#leftOut.values()];
    // Where the others go on, the first process says nothing about how long this took.
    const durationMs = this.#goesOn
      ? millis(Math.round(performance.now() - this.#started))
      : merged.durationMs;
    return { ...merged, durationMs, ...(notRecorded.length === 0 ? {} : { notRecorded }) };
  }

  async #look(): Promise<void> {
    const pid = this.#options.of ?? this.target.pid;
    if (this.#over || pid === null) return;
    const known = [...(await descendantsOf(pid)), ...(this.#options.also?.() ?? [])];
    const attaching: Promise<void>[] = [];
    for (const child of new Set(known)) {
      if (child === this.target.pid) continue;
      if (this.#isOver()) break;
      const looks = this.#looks.get(child) ?? 0;
      if (looks >= maxLooks || this.#children.has(child)) continue;
      this.#looks.set(child, looks + 1);
      // One after the other: all open their inspector on the same port.
      const found = await this.#inspectorOf(child, this.#running.length + attaching.length + 1);
      // Also when the session is over by now: what was opened has to be closed.
      if (found !== null) attaching.push(this.#adopt(child, found));
    }
    await Promise.all(attaching);
  }

  /** The inspector of a process, if it is a program that can be recorded; notes why not. */
  async #inspectorOf(pid: number, recorded: number): Promise<ChildInspector | null> {
    const entry = await readNodeProcess(pid);
    // A shell may become the program.
    if (entry === null) return null;
    if (roleOf(entry) !== 'program') {
      this.#looks.set(pid, maxLooks);
      return null;
    }
    if (recorded >= mostProcesses) {
      // Others may end, and leave room for it.
      this.#looks.delete(pid);
      this.#leftOut.set(pid, leftOut(entry, 'limit'));
      return null;
    }
    const found = await childInspector(entry, this.#options);
    if (found.ok) return found.value;
    this.#leftOut.set(pid, found.error);
    return null;
  }

  async #adopt(pid: number, inspector: ChildInspector): Promise<void> {
    const entry = await readNodeProcess(pid);
    const capture = await this.#options.attachChild(inspector, (thread) => threadOfProcess(pid, thread));
    if (capture === null) {
      if (entry !== null) this.#leftOut.set(pid, leftOut(entry, 'refused'));
      return;
    }
    const member: Member = { capture, isRestart: await this.#isRestart(capture), isOver: false };
    this.#leftOut.delete(pid);
    this.#children.set(pid, member);
    void capture.closed.then(() => {
      member.isOver = true;
    });
  }

  /** Whether a watcher started a process in place of one that has ended. */
  async #isRestart({ target: { title, pid } }: Capture): Promise<boolean> {
    const ended = [
      ...(this.#firstIsOver ? [this.#first] : []),
      ...[...this.#children.values()].filter(({ isOver }) => isOver).map(({ capture }) => capture),
    ];
    return ended.some(({ target }) => target.title === title) && (await isWatched(pid));
  }

  /** What has ended meanwhile was not left out. */
  async #forgetEnded(): Promise<void> {
    for (const pid of [...this.#leftOut.keys()]) {
      const entry = await readNodeProcess(pid);
      if (entry === null || roleOf(entry) !== 'program') this.#leftOut.delete(pid);
    }
  }
}

const noPromise = Promise.resolve(false);

const isWatched = async (pid: number | null): Promise<boolean> =>
  pid !== null && (await watchersOf(pid)).length > 0;

/** What the start of a restarted process took is no finding. */
export const restarted = (recording: Recording): Recording => ({
  ...recording,
  threads: recording.threads.map((thread) => ({ ...thread, isRestart: true })),
});
