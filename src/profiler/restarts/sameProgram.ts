import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Capture } from '../capture/capture.ts';
import { scriptArgument } from '../targets/commandLine.ts';
import { listTargets } from '../targets/discover.ts';
import { openInspector, type OpenOptions } from '../targets/openInspector.ts';
import { ageOf } from '../targets/processTable.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';
import type { Ended, Successor, Successors } from './successors.ts';

/** How the next process of a program is looked for. */
export interface SameProgramOptions {
  /** Asked before each look: whether the program may still come back. */
  readonly mayComeBack: (waitedMs: number) => boolean | Promise<boolean>;
  /** We opened the program's inspector with the user's consent: do so again for each new process of it, and close it. */
  readonly opensInspector?: boolean;
  /** How: whether the user was asked. */
  readonly open?: Pick<OpenOptions, 'confirm'>;
}

/** A save gives a new process within about 300 ms; looking costs a few ms of our own time. */
const lookEveryMs = 250;
/** A program that did not start again at once may be down for minutes: somebody edits it. */
const lookLaterEveryMs = 1_000;
const isLateAfterMs = 30_000;
/** A successor may start while its predecessor is still ending. A process that ran before is not a successor. */
const startsBeforeEndS = 5;

/** The processes that run the script of the one that ended in its folder, started since. */
export function sameProgram(options: SameProgramOptions): Successors {
  return { next: (ended) => findSuccessor(ended, options), [Symbol.dispose]: () => undefined };
}

async function findSuccessor(ended: Ended, options: SameProgramOptions): Promise<Capture | null> {
  const { session: gone, attach, signal } = ended;
  const endedAt = performance.now();
  while (!signal.aborted && (await options.mayComeBack(performance.now() - endedAt))) {
    const oldestS = (performance.now() - endedAt) / 1000 + startsBeforeEndS;
    for (const candidate of await candidates(gone, options, oldestS, signal)) {
      const attached = await attach(candidate);
      if (!attached.ok) continue;
      const { pid, argv, cwd } = attached.value.target;
      if (pid !== gone.target.pid && isSameProgram(gone.target, argv[1] ?? null, cwd)) return attached.value;
      await attached.value.stop();
    }
    // Its end, by abort or not, is looked at above.
    const pause = performance.now() - endedAt < isLateAfterMs ? lookEveryMs : lookLaterEveryMs;
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

async function candidates(
  gone: Capture,
  options: SameProgramOptions,
  oldestS: number,
  signal: AbortSignal,
): Promise<readonly Successor[]> {
  const open = (target: string): Successor => ({ target, ownsInspector: false });
  // A remote or containerised program comes back on the address it had.
  if (!isLoopback(gone.address)) return [open(gone.address)];
  const running = (await listTargets()).filter(
    ({ pid, role, script, title, cwd }) =>
      pid !== gone.target.pid &&
      role === 'program' &&
      (isSameProgram(gone.target, script, cwd) || isTitledAlike(gone.target, title, cwd)),
  );
  const ages = await Promise.all(running.map(({ pid }) => ageOf(pid)));
  const same = running.filter((_, index) => (ages[index] ?? 0) <= oldestS);
  const found = same.flatMap((target) => (target.webSocketUrl === null ? [] : [open(target.webSocketUrl)]));
  if (found.length > 0 || options.opensInspector !== true) return found;
  for (const { pid } of same) {
    // A process that has just started refuses until it handles the signal: it is asked again at the next look.
    const opened = await openInspector(pid, { ...options.open, signal });
    if (opened.ok) return [{ target: opened.value.webSocketUrl, ownsInspector: opened.value.openedByUs }];
  }
  return [];
}

const isLoopback = (address: string): boolean => /^(?:127\.|\[::1\]|localhost)/.test(address);

/** Whether a process runs the script of a target in its folder; unknown folders are taken as equal. */
function isSameProgram(target: TargetInfo, script: string | null, cwd: string | null): boolean {
  const own = target.argv[1] ?? scriptArgument(target.argv);
  if (own === null || script === null || basename(own) !== basename(script)) return false;
  if (own !== script && !own.endsWith(script) && !withoutExtension(own).endsWith(withoutExtension(script)))
    return false;
  return cwd === null || target.cwd === null || cwd === target.cwd;
}

/** A program that names itself (`process.title = 'api'`) hides its script behind that name. */
const isTitledAlike = (
  { processTitle, cwd: own }: TargetInfo,
  title: string | null,
  cwd: string | null,
): boolean => title !== null && title === processTitle && cwd !== null && cwd === own;

const withoutExtension = (path: string): string => path.replace(/\.[^./\\]+$/, '');
