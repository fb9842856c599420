import { randomUUID } from 'node:crypto';
import { parseCpuProfile } from '../../../recording/parseCpuProfile.ts';
import type { CpuProfile, ThreadRecording } from '../../../recording/recording.ts';
import { micros, type Micros } from '../../../base/units.ts';
import { ok, type Result } from '../../../base/result.ts';
import type { Grain } from '../../../recording/grain.ts';
import { learnNatives } from '../../../injected/learnNatives.ts';
import { probe } from '../../../injected/probe.ts';
import type { ProbeOptions } from '../../../injected/probeMessages.ts';
import type { CdpChannel } from '../../protocol/cdpConnection.ts';
import { evaluate, type EvaluationFailure } from '../../protocol/evaluate.ts';
import { enableQuietly } from '../../../injected/quietHook.ts';
import { clockShift, shiftedMarks } from './clockShift.ts';
import { MarkStore, parseDrain, parseLiveStack } from './markStore.ts';
import { member, readNumbers, readString } from '../../protocol/readValue.ts';
import { rotationText } from './rotationText.ts';
import { ScriptLog } from './scriptLog.ts';
import { TraceMarks } from './traceMarks.ts';
import { WindowStore } from './windowStore.ts';
import { untilExit } from './untilExit.ts';
import { ownUrl, withoutOwnFrames, withoutPauses } from './withoutOwnFrames.ts';

/** How one thread is to be recorded. */
export interface ThreadOptions {
  readonly grain: Grain;
  readonly intervalUs: Micros;
  /** Whether `process.getBuiltinModule` exists in the target. */
  readonly hasBuiltinModules: boolean;
  /** False: no probe, so no live stacks, and marks only from Node's own trace events. */
  readonly inject: boolean;
  /** Whether the probe watches async scopes, whatever it costs. */
  readonly scopes: boolean;
  /** Whether Node can watch async scopes without watching promises by itself. */
  readonly cheapScopes: boolean;
  readonly fullUrls: boolean;
  readonly closeInspector: boolean;
  /** Deoptimises the thread once, so that samples show every function: V8 forgets what it inlined before a profile. */
  readonly preciseStacks: boolean;
  /** Whether the file of a script changed after the process had started; then its running text is kept. */
  readonly isChanged: (url: string) => boolean;
}

/** Seconds without news from us after which the probe removes itself. */
const leaseSeconds = 10;
/** Records one thread: overlapping console profiles, and the probe's marks and live stacks. */
export class ThreadRecorder {
  readonly id: string;
  readonly pid: number | null;
  readonly windows: WindowStore;
  readonly marks: MarkStore;
  readonly #channel: CdpChannel;
  readonly #options: ThreadOptions;
  readonly #scripts: ScriptLog;
  /** In place of the probe; undefined with it, and where the thread cannot be traced. */
  #trace: TraceMarks | undefined;
  readonly #key = `offloop.${randomUUID()}`;
  readonly #stopListening: (() => void)[] = [];
  #count = 0;
  #title = '';
  #started: readonly number[] = [];
  /** The thread's own wall clock, ms since the epoch, at the first of those moments. */
  #startedWallMs: number | null = null;
  #clockShiftUs: number | undefined;
  /** When we held the thread up ourselves, µs of its clock. There are few: see learnNatives. */
  readonly #pauses: (readonly [number, number])[] = [];
  #probeRuns = false;
  #isOver = false;
  #peekTimer: NodeJS.Timeout | undefined;
  #lastWindow: CpuProfile | undefined;
  #lastBusyUs = 0;
  /** When the running window started, by our own clock. */
  #windowFromMs = performance.now();
  #rotating: Promise<void> = Promise.resolve();
  #rotations = 0;

  constructor(channel: CdpChannel, id: string, pid: number | null, options: ThreadOptions) {
    this.#channel = channel;
    this.id = id;
    this.pid = pid;
    this.#options = options;
    this.marks = new MarkStore(options.grain.peekAfter);
    this.windows = new WindowStore(options.grain.quiet);
    this.#scripts = new ScriptLog(options.isChanged);
  }

  get probeRuns(): boolean {
    return this.#probeRuns;
  }

  /** Requests that trace events told of; null where there are none. */
  get tracedRequests(): number | null {
    return this.#trace?.requests ?? null;
  }

  /** How long the start of the profiler held the thread, in us, by its own clock. */
  get startPauseUs(): number | null {
    const [before, after] = this.#started;
    return before === undefined || after === undefined ? null : after - before;
  }

  /** The wall clock of the thread at a time of its profiles, ms since the epoch; null when it was not read. */
  wallMsAt(at: Micros): number | null {
    const [before] = this.#started;
    if (before === undefined || this.#startedWallMs === null) return null;
    return this.#startedWallMs + (at - (this.#clockShiftUs ?? 0) - before) / 1000;
  }

  /** Starts the first window, then the probe. Only the former can fail. */
  async start(): Promise<Result<void, EvaluationFailure>> {
    const enabled = await this.#channel.send('Profiler.enable');
    if (!enabled.ok) return enabled;
    const interval = await this.#channel.send('Profiler.setSamplingInterval', {
      interval: this.#options.intervalUs,
    });
    if (!interval.ok) return interval;
    if (this.#options.preciseStacks) await this.#deoptimise();
    this.#listen();
    const title = this.#nextTitle();
    const started = await this.#run(rotationText(this.#need, title, undefined));
    if (!started.ok) return started;
    this.#started = readNumbers(started.value, 2);
    this.#startedWallMs = readNumbers(started.value, 3)[2] ?? null;
    if (this.#options.inject) await this.#installProbe();
    else await this.#startTrace();
    return ok(undefined);
  }

  /** Lists the thread's scripts. Must not run while the target waits for a debugger: it would stop at its first line. */
  async refreshScripts(): Promise<void> {
    await this.#scripts.refresh(this.#channel);
  }

  readSource(scriptId: string): ReturnType<ScriptLog['readSource']> {
    return this.#scripts.readSource(this.#channel, scriptId);
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
    const lostMs = performance.now() - this.#windowFromMs;
    this.windows.lose(lostMs * 1000);
    return lostMs;
  }

  async #rotate(): Promise<Result<CpuProfile | undefined, EvaluationFailure>> {
    this.#lastWindow = undefined;
    const previous = this.#title;
    const title = this.#nextTitle();
    const rotated = this.#probeRuns
      ? await this.#run(`${this.#handle}.rotate(${JSON.stringify(title)})`)
      : await this.#run(rotationText(this.#need, title, previous));
    if (rotated.ok) {
      this.#ingest(rotated.value);
      if (this.#trace !== undefined) {
        await this.#endTrace();
        await this.#startTrace();
      }
      await this.#refreshWhenNeeded();
      return ok(this.#lastWindow);
    }
    if (rotated.error.kind !== 'threw' || !this.#probeRuns) return rotated;
    // The probe left (its lease ended while we slept): profile on, and put it back.
    this.#probeRuns = false;
    this.marks.noteMissing();
    this.#title = previous;
    const again = await this.#rotate();
    if (again.ok && this.#options.inject) await this.#installProbe();
    return again;
  }

  /**
   * Takes the stack of what has been running for long, again and again until `stopPeeking`. In the middle of something
   * long it asks sooner: then asking costs nobody anything.
   */
  keepPeeking(everyMs: number): void {
    const schedule = (afterMs: number): void => {
      this.#peekTimer = setTimeout(() => {
        void this.#peek().then((found) => {
          if (this.#peekTimer !== undefined) schedule(found ? this.#options.grain.peekAgain : everyMs);
        });
      }, afterMs);
    };
    schedule(everyMs);
  }

  stopPeeking(): void {
    clearTimeout(this.#peekTimer);
    this.#peekTimer = undefined;
  }

  /** Ends the last window, of a program that `isOver` maybe, and removes everything we left in the thread. */
  async finish(timeoutMs: number, isOver = false): Promise<void> {
    this.#isOver = isOver;
    this.stopPeeking();
    const ended = this.#probeRuns
      ? await this.#run(`${this.#handle}.end()`, timeoutMs)
      : await this.#run(rotationText(this.#need, undefined, this.#title), timeoutMs);
    if (ended.ok) this.#ingest(ended.value);
    // Of a program that exits, the probe has ended the last window by itself: its scripts are to be known all the same.
    await this.#refreshWhenNeeded();
    this.#probeRuns = false;
    await this.#endTrace();
    await this.#channel.send('Profiler.disable', {}, timeoutMs);
    for (const stop of this.#stopListening.splice(0)) stop();
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
      traced: this.#trace !== undefined,
      unmarked: this.marks.unmarked,
      scripts: this.#scripts.scripts,
      liveStacks: this.marks.liveStacksSince(from),
    };
  }

  get #handle(): string {
    return `globalThis[Symbol.for('offloop')][${JSON.stringify(this.#key)}]`;
  }

  get #need(): string {
    // Through the built-in module, not the command line API's profile(): a target may define a global of that name.
    return this.#options.hasBuiltinModules ? 'process.getBuiltinModule' : 'require';
  }

  #nextTitle(): string {
    this.#title = `${this.#key} ${String(++this.#count)}`;
    return this.#title;
  }

  /** Whether there was a callback that had been running for long. */
  async #peek(): Promise<boolean> {
    if (!this.#probeRuns) return false;
    const peek = `${this.#handle}.peek(${String(this.#options.grain.peekAfter)})`;
    // The probe leaves out one frame, that of the evaluation: a function around its call would be taken for the program's.
    const answer = await this.#run(`((found) => [found, ...${this.#handle}.learn(found !== '')])(${peek})`);
    const [found, from, to] = answer.ok && Array.isArray(answer.value) ? (answer.value as unknown[]) : [];
    if (typeof from === 'number' && typeof to === 'number') this.#pauses.push([from, to]);
    const stack = parseLiveStack(found);
    if (stack !== undefined && stack.frames.length > 0) this.marks.addLiveStack(stack);
    return stack !== undefined;
  }

  /** Asking for coverage throws optimised code away; it is compiled again with what samples need. */
  async #deoptimise(): Promise<void> {
    await this.#channel.send('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
    await this.#channel.send('Profiler.stopPreciseCoverage');
  }

  async #installProbe(): Promise<void> {
    const options: ProbeOptions = {
      key: this.#key,
      title: this.#title,
      scopes: this.#options.scopes,
      keepUs: this.#options.grain.keepMarks,
      lateUs: this.#options.grain.quiet,
      fullUrls: this.#options.fullUrls,
      leaseSeconds,
      closeInspector: this.#options.closeInspector,
    };
    const quietly = this.#options.cheapScopes ? '' : `, ${enableQuietly.toString()}`;
    const installed = await this.#run(
      `(() => {
        const installed = (${probe.toString()})(${JSON.stringify(options)}, ${this.#need}${quietly});
        ${this.#handle}.learn = (${learnNatives.toString()})(${this.#need});
        return installed;
      })()`,
    );
    this.#probeRuns = installed.ok && installed.value === true;
  }

  async #startTrace(): Promise<void> {
    const trace = this.#trace ?? this.#newTrace();
    if (await trace.start()) this.#trace = trace;
  }

  #newTrace(): TraceMarks {
    return new TraceMarks(this.#channel, this.#options.grain.keepMarks, this.#options.fullUrls);
  }

  async #endTrace(): Promise<void> {
    if (this.#trace === undefined) return;
    this.marks.addMarks(shiftedMarks(await this.#trace.stop(), this.#clockShiftUs ?? 0));
    // Until tracing begins again, nothing is marked; and of a busy program the last events may be missing.
    this.marks.noteMissing();
  }

  #run(expression: string, timeoutMs?: number): Promise<Result<unknown, EvaluationFailure>> {
    return evaluate(this.#channel, `${expression}\n//# sourceURL=${ownUrl}`, {
      commandLineApi: !this.#options.hasBuiltinModules,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  #listen(): void {
    this.#stopListening.push(
      this.#channel.on('Profiler.consoleProfileFinished', (params) => {
        if (readString(member(params, 'title'))?.startsWith(`${this.#key} `) !== true) return;
        this.#addWindow(member(params, 'profile'));
      }),
      this.#channel.on('Profiler.consoleProfileStarted', (params) => {
        // The probe's last marks arrive as a title: see onExit in probe.ts.
        const title = member(params, 'title');
        if (typeof title === 'string' && title.startsWith(`${this.#key} {`)) {
          this.#ingest(title.slice(this.#key.length + 1));
        }
      }),
    );
  }

  #addWindow(value: unknown): void {
    const parsed = parseCpuProfile(value);
    if (!parsed.ok) return;
    const ran = untilExit(withoutOwnFrames(parsed.value), this.#isOver);
    if (ran.samples.length === 0 && parsed.value.samples.length > 0) return;
    this.#lastWindow = withoutPauses(ran, this.#pauses);
    this.#lastBusyUs = this.windows.add(this.#lastWindow);
    this.#windowFromMs = performance.now();
    this.#clockShiftUs ??= clockShift(parsed.value.startTime, this.#started);
  }

  #ingest(value: unknown): void {
    const drained = parseDrain(value);
    if (drained === undefined) return;
    this.marks.add({ ...drained, marks: shiftedMarks(drained.marks, this.#clockShiftUs ?? 0) });
  }

  async #refreshWhenNeeded(): Promise<void> {
    const profile = this.#lastWindow;
    if (
      profile === undefined ||
      this.#lastBusyUs < this.#options.grain.quiet ||
      !this.#scripts.misses(profile)
    )
      return;
    await this.#scripts.refresh(this.#channel, profile);
  }
}
