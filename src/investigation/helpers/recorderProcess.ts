import { assertNever } from '../../base/assertNever.ts';
import type { OffloopError } from '../../base/offloopError.ts';
import { ok, type Result } from '../../base/result.ts';
import { millis } from '../../base/units.ts';
import type { Report } from '../../report/report.ts';
import type { AttachOptions } from '../../profiler/attach.ts';
import { recordProgram } from '../../profiler/recordProgram.ts';
import { WatchersOfProgram } from '../../profiler/restarts/watchersOf.ts';
import { sameProgram } from '../../profiler/restarts/sameProgram.ts';
import type { OpenOptions } from '../../profiler/targets/openInspector.ts';
import { openProgram } from '../../profiler/targets/openProgram.ts';
import type { Capture, RecordedWindow, CaptureEnd } from '../../profiler/capture/capture.ts';
import { diskSources } from '../../sources/diskSources.ts';
import { changedScripts } from '../changedScripts.ts';
import { LiveReport } from '../liveReport.ts';
import { mainThread } from '../../recording/threadNames.ts';
import { withoutStartUp } from '../../report/withoutStartUp.ts';
import type { RecorderCommand, RecorderEvent, RecorderSettings, RecorderTarget } from './recorderProtocol.ts';

const statusEveryMs = 1000;
const reportAtLeastEveryMs = 4_000;

type Address = Required<Pick<AttachOptions, 'target' | 'ownsInspector' | 'throughDebugger'>>;
/** How the processes of the program are found and opened, again after each restart. */
type Family = Pick<AttachOptions, 'familyOf' | 'opensChildren' | 'outlives'>;

interface Opened {
  readonly address: Address;
  readonly family: Family;
}

/** Whoever was told what the signal may set off has been asked already. */
const openOptions = (target: RecorderTarget): OpenOptions =>
  target.kind === 'pid' && target.toldRisk === true ? { confirm: () => Promise.resolve() } : {};

/** A watcher restarts a program, which is a run of its own then; other programs of a launcher go on without the first. */
const familyBelow = (familyOf: number | undefined): Family =>
  familyOf === undefined ? {} : { familyOf, outlives: 'unless-watched' };

async function addressOf(target: RecorderTarget): Promise<Result<Opened, OffloopError>> {
  const throughDebugger = target.kind === 'debugger';
  if (target.kind !== 'pid') {
    const address = { target: target.address, ownsInspector: false, throughDebugger };
    return ok({ address, family: familyBelow(target.familyOf) });
  }
  const program = await openProgram(target.pid, openOptions(target));
  if (!program.ok) return program;
  const { webSocketUrl, openedByUs, familyOf } = program.value;
  // Who agreed to a launcher agreed to what it started, whether the first of it was open or not.
  const family = { opensChildren: openedByUs || familyOf !== null, ...familyBelow(familyOf ?? undefined) };
  return ok({ address: { target: webSocketUrl, ownsInspector: openedByUs, throughDebugger }, family });
}

/** One run of the program: a session, and the report that grows with it. */
class Run {
  readonly number: number;
  readonly #session: Capture;
  readonly #live: LiveReport;
  #delays: number[] = [];
  /** When the last report was made, by our own clock, ms. */
  reportedAt = performance.now();

  constructor(session: Capture, number: number, settings: RecorderSettings) {
    const { root, mappings, thresholdMs } = settings;
    this.number = number;
    this.#session = session;
    this.#live = new LiveReport(diskSources(), {
      threshold: millis(thresholdMs),
      root,
      mappings,
      fullUrls: false,
    });
  }

  get blocks(): number {
    return this.#live.blockCount;
  }

  noteDelay(window: RecordedWindow): void {
    if (window.figures !== null) this.#delays.push(window.figures.recentDelayMs);
  }

  /** The report so far; `final` when the session is over. */
  report(final: boolean): Report {
    const report = this.#live.step(this.#session.snapshot(this.#live.since), final);
    return this.number === 0 ? report : withoutStartUp(report);
  }

  /** The largest loop delay since the last call; null when none was measured. */
  takeDelay(): number | null {
    const largest = this.#delays.length === 0 ? null : Math.max(...this.#delays);
    this.#delays = [];
    return largest;
  }
}

/** A program under record, through its restarts. */
class ObservedProgram {
  readonly #settings: RecorderSettings;
  readonly #tell: (event: RecorderEvent) => void;
  readonly #started = performance.now();
  #run: Run | null = null;
  #last: Report | null = null;
  #reason: string | null = null;

  constructor(settings: RecorderSettings, tell: (event: RecorderEvent) => void) {
    this.#settings = settings;
    this.#tell = tell;
  }

  onCapture(session: Capture): void {
    const number = this.#run === null ? 0 : this.#run.number + 1;
    this.#run = new Run(session, number, this.#settings);
    this.#last = null;
    this.#reason = null;
    this.#tell({ kind: 'attached', target: session.target, address: session.address, restarts: number });
  }

  onWindow(window: RecordedWindow): void {
    if (this.#run === null) return;
    // The windows of the others are read with those of the first, unless it has ended before them.
    const isLate = performance.now() - this.#run.reportedAt > reportAtLeastEveryMs;
    if (window.threadId !== mainThread && !isLate) return;
    this.#run.reportedAt = performance.now();
    if (window.threadId === mainThread) this.#run.noteDelay(window);
    this.#tell({ kind: 'report', report: this.#run.report(false), run: this.#run.number });
    // The figures must not lag behind the findings shown with them.
    this.tellStatus();
  }

  /** Takes the last report of a process that is gone. @returns whether it answered a request, as a server does */
  onGone({ reason }: CaptureEnd): boolean {
    if (this.#run === null) return false;
    this.#last = this.#run.report(true);
    this.#reason = reason;
    return (this.#last.recording.requests ?? 0) > 0;
  }

  onWaiting(): void {
    if (this.#run === null || this.#last === null) return;
    this.#tell({ kind: 'report', report: this.#last, run: this.#run.number });
    this.#tell({ kind: 'waiting', reason: this.#reason });
  }

  tellStatus(): void {
    if (this.#run === null || this.#last !== null) return;
    const elapsedMs = Math.round(performance.now() - this.#started);
    const { blocks } = this.#run;
    this.#tell({ kind: 'status', status: { elapsedMs, recentDelayMs: this.#run.takeDelay(), blocks } });
  }

  tellEnd(): void {
    if (this.#run === null) return;
    const report = this.#last ?? this.#run.report(true);
    this.#tell({ kind: 'ended', report, run: this.#run.number, reason: this.#reason });
  }
}

const attachOptions = (
  { mode, exactBoundaries, mappings, thresholdMs }: RecorderSettings,
  program: ObservedProgram,
  tell: (event: RecorderEvent) => void,
): Omit<AttachOptions, 'target'> => ({
  threshold: millis(thresholdMs),
  mode,
  exactBoundaries,
  children: true,
  isChanged: changedScripts(diskSources(), mappings),
  onPause: (expectedMs) => {
    tell({ kind: 'pause', expectedMs });
  },
  onWindow: (window) => {
    program.onWindow(window);
  },
});

async function observe(
  target: RecorderTarget,
  settings: RecorderSettings,
  stopped: AbortSignal,
  tell: (event: RecorderEvent) => void,
): Promise<void> {
  const program = new ObservedProgram(settings, tell);
  const watchers = new WatchersOfProgram();
  const opened = await addressOf(target);
  const timer = setInterval(() => {
    program.tellStatus();
  }, statusEveryMs);
  const recorded = opened.ok
    ? await recordProgram({
        attach: { ...attachOptions(settings, program, tell), ...opened.value.family },
        first: opened.value.address,
        successors: sameProgram({
          // Whoever mends a program that does not start takes minutes.
          mayComeBack: async (waitedMs) =>
            waitedMs < settings.giveUpAfterMs || (await watchers.running()).length > 0,
          opensInspector: opened.value.address.ownsInspector,
          open: openOptions(target),
        }),
        onCapture: (session) => {
          watchers.note(session);
          program.onCapture(session);
        },
        mayStartAgain: async (end) => {
          const isServer = program.onGone(end) || (await watchers.mayServe());
          // Work that is done is not done again by itself; whoever stops a server starts it again.
          return end.isDone !== true || isServer || (await watchers.running()).length > 0;
        },
        onWaiting: () => {
          program.onWaiting();
        },
        signal: stopped,
      })
    : opened;
  clearInterval(timer);
  if (recorded.ok) program.tellEnd();
  else tell({ kind: 'failed', code: recorded.error.code, message: recorded.error.message });
}

/**
 * Runs a recorder as a child process: takes commands from its parent and sends it events. It detaches from the target
 * and ends when it is told to stop, or when the parent is gone. Its last event may be a report of many megabytes, so
 * the channel stays open until the parent confirms that it has arrived.
 */
export function runRecorderProcess(): void {
  const stop = new AbortController();
  const tell = (event: RecorderEvent): void => {
    // Without a parent nobody listens; the session then only has to leave the target.
    if (process.connected) process.send?.(event, () => undefined);
  };
  process.once('disconnect', () => {
    stop.abort();
  });
  process.on('message', (message) => {
    const command = message as RecorderCommand;
    switch (command.kind) {
      case 'attach':
        void observe(command.target, command.settings, stop.signal, tell);
        break;
      case 'stop':
        stop.abort();
        break;
      case 'over':
        if (process.connected) process.disconnect();
        break;
      default:
        assertNever(command);
    }
  });
}
