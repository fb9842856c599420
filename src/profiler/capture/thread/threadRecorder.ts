import { randomUUID } from 'node:crypto';
import { ok, type Result } from '../../../base/result.ts';
import { micros, type Micros } from '../../../base/units.ts';
import type { CpuProfile, ThreadRecording } from '../../../recording/recording.ts';
import type { CdpChannel } from '../../protocol/cdpConnection.ts';
import type { EvaluationFailure } from '../../protocol/evaluate.ts';
import { MarkStore, parseDrain } from './markStore.ts';
import { OwnCode } from './ownCode.ts';
import { Peeker } from './peeker.ts';
import { Sampler } from './sampler.ts';
import { ScriptLog } from './scriptLog.ts';
import { ThreadClock } from './threadClock.ts';
import type { ThreadOptions } from './threadOptions.ts';
import { ThreadProbe } from './threadProbe.ts';
import { TraceMarks } from './traceMarks.ts';
import { WindowLog } from './windowLog.ts';
import type { WindowStore } from './windowStore.ts';

/** Records one thread: brings its sampler, its probe or trace, and its scripts into step. */
export class ThreadRecorder {
  readonly id: string;
  readonly pid: number | null;
  readonly marks: MarkStore;
  readonly #options: ThreadOptions;
  readonly #clock = new ThreadClock();
  readonly #windows: WindowLog;
  readonly #sampler: Sampler;
  readonly #probe: ThreadProbe;
  readonly #trace: TraceMarks;
  readonly #scripts: ScriptLog;
  readonly #peeker: Peeker;
  #rotating: Promise<void> = Promise.resolve();
  #rotations = 0;

  constructor(channel: CdpChannel, id: string, pid: number | null, options: ThreadOptions) {
    const { grain } = options;
    const code = new OwnCode(channel, options.hasBuiltinModules);
    const key = `offloop.${randomUUID()}`;
    this.id = id;
    this.pid = pid;
    this.#options = options;
    this.marks = new MarkStore(grain.peekAfter);
    this.#windows = new WindowLog(this.#clock, grain.quiet);
    this.#sampler = new Sampler(channel, code, key, {
      profile: (profile) => {
        this.#windows.add(profile);
      },
      farewell: (drained) => {
        this.#addDrain(drained);
      },
    });
    this.#probe = new ThreadProbe(code, key, options);
    this.#trace = new TraceMarks(channel, grain.keepMarks, options.fullUrls);
    this.#scripts = new ScriptLog(channel, options.isChanged);
    this.#peeker = new Peeker(() => this.#peek(), grain.peekAgain);
  }

  get windows(): WindowStore {
    return this.#windows.store;
  }

  /** Requests that trace events told of; null where there are none. */
  get tracedRequests(): number | null {
    return this.#trace.works ? this.#trace.requests : null;
  }

  /** The wall clock of the thread at a time of its profiles, ms since the epoch; null when it was not read. */
  wallMsAt(at: Micros): number | null {
    return this.#clock.wallMsAt(at);
  }

  /** Starts the first window, then the probe. Only the former can fail. */
  async start(): Promise<Result<void, EvaluationFailure>> {
    const started = await this.#sampler.start(this.#options);
    if (!started.ok) return started;
    this.#clock.noteStart(started.value);
    if (this.#options.inject) await this.#probe.install(this.#sampler.title);
    else await this.#trace.start();
    return ok(undefined);
  }

  /** Lists the thread's scripts. Must not run while the target waits for a debugger: it would stop at its first line. */
  async refreshScripts(): Promise<void> {
    await this.#scripts.refresh();
  }

  /** Whether a window is being ended. */
  get rotates(): boolean {
    return this.#rotations > 0;
  }

  /** Ends the running window and starts the next; the window and its marks are stored when this settles. */
  rotate(): Promise<Result<CpuProfile | undefined, EvaluationFailure>> {
    this.#rotations++;
    const rotated = this.#rotating.then(() => this.#rotate());
    this.#rotating = rotated.then(() => {
      this.#rotations--;
    });
    return rotated;
  }

  /** The thread was ended from elsewhere: what ran since the last window went with it. Says how long that was, in ms. */
  noteEnd(): number {
    this.stopPeeking();
    return this.#windows.noteLost();
  }

  async #rotate(): Promise<Result<CpuProfile | undefined, EvaluationFailure>> {
    this.#windows.forgetNewest();
    return this.#probe.runs ? this.#rotateByProbe() : this.#afterRotation(await this.#sampler.rotate());
  }

  async #rotateByProbe(): Promise<Result<CpuProfile | undefined, EvaluationFailure>> {
    const rotated = await this.#sampler.rotateBy(this.#probe);
    if (rotated.ok) this.#addDrain(rotated.value);
    const hasLeft = !rotated.ok && rotated.error.kind === 'threw' && this.#probe.runs;
    if (!hasLeft) return this.#afterRotation(rotated);
    // Its lease ended while we slept: profile on, and put it back.
    this.#probe.noteGone();
    this.marks.noteMissing();
    const again = await this.#rotate();
    if (again.ok && this.#options.inject) await this.#probe.install(this.#sampler.title);
    return again;
  }

  async #afterRotation(
    rotated: Result<unknown, EvaluationFailure>,
  ): Promise<Result<CpuProfile | undefined, EvaluationFailure>> {
    if (!rotated.ok) return rotated;
    if (this.#trace.works) {
      await this.#endTrace();
      await this.#trace.start();
    }
    await this.#refreshWhenNeeded();
    return ok(this.#windows.newest?.profile);
  }

  /** Takes the stack of what has been running for long, again and again until `stopPeeking`. */
  keepPeeking(everyMs: number): void {
    this.#peeker.start(everyMs);
  }

  stopPeeking(): void {
    this.#peeker.stop();
  }

  /** Ends the last window, of a program that `isOver` maybe, and removes everything we left in the thread. */
  async finish(timeoutMs: number, isOver = false): Promise<void> {
    if (isOver) this.#windows.noteOver();
    this.stopPeeking();
    if (this.#probe.runs) {
      const ended = await this.#probe.end(timeoutMs);
      if (ended.ok) this.#addDrain(ended.value);
    } else await this.#sampler.end(timeoutMs);
    // Of a program that exits, the probe has ended the last window by itself: its scripts are to be known all the same.
    await this.#refreshWhenNeeded();
    this.#probe.noteGone();
    if (this.#trace.works) await this.#endTrace();
    await this.#sampler.release(timeoutMs);
  }

  /** What was recorded since a time of the target's clock, or since the start. */
  recording(since: Micros = micros(0)): ThreadRecording {
    const windows = this.windows.since(since);
    // Windows come whole. Without its marks, the beginning of one would look like one long callback.
    const from = micros(Math.min(since, windows[0]?.startTime ?? since));
    return {
      id: this.id,
      pid: this.pid,
      windows,
      marks: this.marks.marksSince(from),
      traced: this.#trace.works,
      unmarked: this.marks.unmarked,
      scripts: this.#scripts.scripts,
      liveStacks: this.marks.liveStacksSince(from),
    };
  }

  /** Whether there was a callback that had been running for long. */
  async #peek(): Promise<boolean> {
    if (!this.#probe.runs) return false;
    const { stack, pause } = await this.#probe.peek();
    if (pause !== undefined) this.#windows.addPause(pause);
    if (stack !== undefined && stack.frames.length > 0) this.marks.addLiveStack(stack);
    return stack !== undefined;
  }

  /** Takes what the probe collected. */
  #addDrain(value: unknown): void {
    const drained = parseDrain(value);
    if (drained === undefined) return;
    this.marks.add({ ...drained, marks: this.#clock.shifted(drained.marks) });
  }

  async #endTrace(): Promise<void> {
    this.marks.addMarks(this.#clock.shifted(await this.#trace.stop()));
    // Until tracing begins again, nothing is marked; and of a busy program the last events may be missing.
    this.marks.noteMissing();
  }

  async #refreshWhenNeeded(): Promise<void> {
    const { newest } = this.#windows;
    if (newest === undefined || newest.busyUs < this.#options.grain.quiet) return;
    if (this.#scripts.misses(newest.profile)) await this.#scripts.refresh(newest.profile);
  }
}
