import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OffloopError } from '../base/offloopError.ts';
import { attach, type AttachOptions } from './attach.ts';
import { scriptArgument } from './targets/commandLine.ts';
import { listTargets } from './targets/discover.ts';
import type { LaunchedProgram } from './targets/launch.ts';
import { openInspector } from './targets/openInspector.ts';
import { ageOf } from './targets/processTable.ts';
import type { ProfilingSession, RecordingOutcome, SessionEnd } from './capture/profilingSession.ts';
import type { TargetInfo } from './targets/targetInfo.ts';

/** How a program is followed. */
export interface FollowOptions {
  /** Used again for every new process. */
  readonly attach: Omit<AttachOptions, 'target' | 'ownsInspector' | 'signal'>;
  /** A new process of the program is being recorded. */
  readonly onSession: (session: ProfilingSession) => void;
  /** The process is gone; a new one is being waited for. */
  readonly onWaiting?: (end: SessionEnd) => void;
  /** How long to wait for a new process. Default 30 s. */
  readonly giveUpAfterMs?: number;
  /** For launched programs: new processes announce themselves. */
  readonly launched?: LaunchedProgram;
  /** We opened the program's inspector with the user's consent: do so again for each new process of it, and close it. */
  readonly opensInspector?: boolean;
  readonly signal?: AbortSignal;
}

/** A program that is recorded through its restarts. */
export interface FollowedProgram {
  /** The outcome of each process in turn, once the program was stopped or did not come back. Never rejects. */
  readonly done: Promise<readonly RecordingOutcome[]>;
  /** Stops following and the running session; returns what `done` settles with. */
  stop(): Promise<readonly RecordingOutcome[]>;
}

const defaultGiveUpAfterMs = 30_000;
/** A save gives a new process within about 300 ms; looking costs a few ms of our own time. */
const lookEveryMs = 250;
/** A successor may start while its predecessor still ends. What ran before runs beside it. */
const startsBeforeEndS = 5;

/** Follows the program of a session: when its process ends, the next one with the same script and folder is attached to. */
export function followRestarts(session: ProfilingSession, options: FollowOptions): FollowedProgram {
  const stopping = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stopping.signal]) : stopping.signal;
  const announced: Candidate[] = [];
  const stopListening = options.launched?.onProcess((started) => {
    if (isSameProgram(session.target, started.script, started.cwd)) {
      announced.push({ target: started.webSocketUrl, ownsInspector: started.openedByUs });
    }
  });
  const done = follow(session, options, announced, signal).finally(() => stopListening?.());
  return {
    done,
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

async function follow(
  first: ProfilingSession,
  options: FollowOptions,
  announced: Candidate[],
  signal: AbortSignal,
): Promise<readonly RecordingOutcome[]> {
  const outcomes: RecordingOutcome[] = [];
  for (let session: ProfilingSession | null = first; session !== null;) {
    const end = await endOf(session, signal);
    outcomes.push(await session.stop());
    if (!end.died || signal.aborted) break;
    options.onWaiting?.(end);
    session = await findSuccessor(session, options, announced, signal);
    if (session !== null) options.onSession(session);
  }
  return outcomes;
}

/** The session's own end, or that we were told to stop, whichever comes first. */
async function endOf(session: ProfilingSession, signal: AbortSignal): Promise<SessionEnd> {
  const stopped: SessionEnd = { died: false, reason: null };
  if (signal.aborted) return stopped;
  return new Promise((resolve) => {
    const onAbort = (): void => {
      resolve(stopped);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    void session.closed.then((end) => {
      signal.removeEventListener('abort', onAbort);
      resolve(end);
    });
  });
}

async function findSuccessor(
  gone: ProfilingSession,
  options: FollowOptions,
  announced: Candidate[],
  signal: AbortSignal,
): Promise<ProfilingSession | null> {
  const ended = performance.now();
  const deadline = ended + (options.giveUpAfterMs ?? defaultGiveUpAfterMs);
  while (performance.now() < deadline && !signal.aborted) {
    const oldestS = (performance.now() - ended) / 1000 + startsBeforeEndS;
    for (const { target, ownsInspector } of await candidates(gone, options, announced, oldestS, signal)) {
      const attached = await attach({ ...options.attach, target, ownsInspector, signal });
      if (!attached.ok) continue;
      const { pid, argv, cwd } = attached.value.target;
      if (pid !== gone.target.pid && isSameProgram(gone.target, argv[1] ?? null, cwd)) return attached.value;
      await attached.value.stop();
    }
    await delay(lookEveryMs, undefined, { signal }).catch(rethrowUnlessAborted);
  }
  return null;
}

function rethrowUnlessAborted(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) {
    throw new OffloopError('cannot-attach', 'Waiting for the program failed.', { cause: error });
  }
}

interface Candidate {
  readonly target: string;
  readonly ownsInspector: boolean;
}

async function candidates(
  gone: ProfilingSession,
  options: FollowOptions,
  announced: Candidate[],
  oldestS: number,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const open = (target: string): Candidate => ({ target, ownsInspector: false });
  if (options.launched !== undefined) return announced.splice(0);
  // A remote or containerised program comes back on the address it had.
  if (!isLoopback(gone.address)) return [open(gone.address)];
  const running = (await listTargets()).filter(
    ({ pid, role, script, cwd }) =>
      pid !== gone.target.pid && role === 'program' && isSameProgram(gone.target, script, cwd),
  );
  const ages = await Promise.all(running.map(({ pid }) => ageOf(pid)));
  const same = running.filter((_, index) => (ages[index] ?? 0) <= oldestS);
  const found = same.flatMap((target) => (target.webSocketUrl === null ? [] : [open(target.webSocketUrl)]));
  if (found.length > 0 || options.opensInspector !== true) return found;
  for (const { pid } of same) {
    // A process that has just started refuses until it handles the signal: it is asked again at the next look.
    const opened = await openInspector(pid, { signal });
    if (opened.ok) return [{ target: opened.value.webSocketUrl, ownsInspector: opened.value.openedByUs }];
  }
  return [];
}

const isLoopback = (address: string): boolean => /^(?:127\.|\[::1\]|localhost)/.test(address);

/** Whether a process runs the script of a target in its folder; unknown folders are taken as equal. */
export function isSameProgram(target: TargetInfo, script: string | null, cwd: string | null): boolean {
  const own = target.argv[1] ?? scriptArgument(target.argv);
  if (own === null || script === null || basename(own) !== basename(script)) return false;
  if (own !== script && !own.endsWith(script) && !withoutExtension(own).endsWith(withoutExtension(script)))
    return false;
  return cwd === null || target.cwd === null || cwd === target.cwd;
}

const withoutExtension = (path: string): string => path.replace(/\.[^./\\]+$/, '');
