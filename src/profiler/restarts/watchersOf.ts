import type { Capture } from '../capture/capture.ts';
import { isLocalTarget } from '../targets/isLocalTarget.ts';
import {
  descendantsOf,
  listNodeProcesses,
  readNodeProcess,
  type NodeProcess,
} from '../targets/processTable.ts';
import { launcherName, roleOf } from '../targets/programRole.ts';

/** A process that starts a program again when it ended or its files changed. */
export interface Watcher {
  readonly pid: number;
  /** As its user knows it: `nodemon`, `node --watch`. */
  readonly name: string;
}

/** The launchers that start the same program again; the others end with it. */
const startsAgain =
  /^(?:node --watch|nodemon|tsx|nest|@nestjs\/cli|ts-node-dev|tsnd|node-dev|tsc-watch|supervisor|forever|onchange|pm2|pm2-runtime|PM2 v\S+: God Daemon.*)$/;

/** The watchers above a process of this machine. */
export async function watchersOf(pid: number): Promise<readonly Watcher[]> {
  const watchers = (await listNodeProcesses()).filter(isWatcher);
  const below = await Promise.all(watchers.map((watcher) => descendantsOf(watcher.pid)));
  return watchers
    .filter((_, index) => below[index]?.includes(pid) === true)
    .map((watcher) => ({ pid: watcher.pid, name: launcherName(watcher) }));
}

/** Whether a process starts the same program again, from its command line. */
export const isWatcher = (entry: Pick<NodeProcess, 'argv'>): boolean =>
  roleOf(entry) === 'launcher' && startsAgain.test(launcherName(entry));

/**
 * The watchers of the process that is recorded now, and whether it serves something, known before it ends: of a process that is
 * gone nobody knows its parents and ports.
 */
export class WatchersOfProgram {
  #watchers: Promise<readonly Watcher[]> = Promise.resolve([]);
  #mayServe: Promise<boolean> = Promise.resolve(true);

  /** Notes what watches a process that is recorded; a pid in a container, or behind a tunnel, says nothing. */
  note({ target, address }: Pick<Capture, 'target' | 'address'>): void {
    const local = isLocalTarget(target, address).then((isLocal) => (isLocal ? target.pid : null));
    this.#watchers = local.then((pid) => (pid === null ? [] : watchersOf(pid)));
    this.#mayServe = local.then(async (pid) => {
      const ports = pid === null ? null : ((await readNodeProcess(pid))?.ports ?? null);
      return ports === null || ports.some((port) => !address.endsWith(`:${String(port)}`));
    });
  }

  /** Whether the process listened on a port besides its inspector's; true where nobody can tell. */
  mayServe(): Promise<boolean> {
    return this.#mayServe;
  }

  /** Those that still run. */
  async running(): Promise<readonly Watcher[]> {
    const each = (await this.#watchers).map(async (watcher) =>
      (await stillWatches(watcher)) ? [watcher] : [],
    );
    return (await Promise.all(each)).flat();
  }
}

/** Whether a watcher still runs. Its process id may be another program's by now. */
async function stillWatches({ pid, name }: Watcher): Promise<boolean> {
  const entry = await readNodeProcess(pid);
  return entry !== null && isWatcher(entry) && launcherName(entry) === name;
}
