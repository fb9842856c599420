import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { OffloopError } from '../../base/offloopError.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { launchPreload } from '../../injected/launchPreload.ts';
import { descendantsOf, listNodeProcesses } from './processTable.ts';
import { launcherScripts } from './programRole.ts';
import { member, readNumber, readString } from '../protocol/readValue.ts';

/** What to start, as typed after `offloop run --`. */
export interface LaunchOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Where its standard output goes: to ours (`inherit`, the default), to our standard error, or nowhere. Its standard error
   * goes to ours with both, without what Node says about its inspector.
   */
  readonly stdio?: 'inherit' | 'stderr' | 'ignore';
  /** Kills the program. */
  readonly signal?: AbortSignal;
}

/** A Node process of a launched program, ready to be attached to. */
export interface AnnouncedProcess {
  readonly pid: number;
  readonly webSocketUrl: string;
  /** Whether its inspector is open because of us, and not by its own `--inspect`. */
  readonly openedByUs: boolean;
  readonly script: string | null;
  readonly cwd: string | null;
}

/** A running launched program. Disposing it ends it: SIGTERM, and SIGKILL for what still runs after 10 s. */
export interface LaunchedProgram extends AsyncDisposable {
  /** The started command, which may only start programs. */
  readonly pid: number;
  /** The first process that is not a package manager or watcher. It waits until a session has attached. */
  readonly first: AnnouncedProcess;
  /** Called for each later process (workers of a cluster, forks, restarts); returns the function that stops listening. */
  onProcess(listener: (process: AnnouncedProcess) => void): () => void;
  /** The processes that announced themselves so far, `first` included: also those that run in the background. */
  readonly processes: () => readonly AnnouncedProcess[];
  /** Settles when the started command ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Signals the command and its descendants. Default SIGTERM. */
  kill(signal?: NodeJS.Signals): void;
}

/** What handles SIGTERM has this long to end, as under the usual container runtimes; then it is killed. */
const endsWithinMs = 10_000;
/** fs.watch loses events on some file systems; a slow look around makes up for that. */
const lookEveryMs = 500;
const preloadName = 'preload.cjs';
/** What Node prints about its inspector; not the program's own words. */
const inspectorTalk =
  /^(?:Debugger listening on ws:\/\/|For help, see: https:\/\/nodejs\.org\/\S*$|Debugger attached\.$|Debugger ending on ws:\/\/|Waiting for the debugger to disconnect\.\.\.$)/;

/**
 * Starts a program so that each of its Node processes opens an inspector of its own on a free loopback port. Works through
 * npm scripts and watchers. Errors: 'start-failed' when the command cannot start or ends without starting Node.
 */
export async function launch(options: LaunchOptions): Promise<Result<LaunchedProgram, OffloopError>> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-'));
  const preload = join(folder, preloadName);
  await writeFile(preload, `(${launchPreload.toString()})(require, ${JSON.stringify(launcherScripts)});\n`);
  const child = start(options, folder, preload);
  const exited = exitOf(child);
  const announcements = new Announcements(folder);
  options.signal?.addEventListener('abort', () => void killTree(child, 'SIGTERM'), { once: true });
  const first = await Promise.race([announcements.first, withoutProgram(exited, announcements)]);
  if (!('webSocketUrl' in first)) {
    await announcements.stop();
    const how = first.error ?? `it ended with ${String(first.code ?? first.signal)}`;
    return err(
      new OffloopError(
        'start-failed',
        `"${options.command}" did not start a Node program: ${how}. Check the command.`,
      ),
    );
  }
  return ok({
    pid: child.pid ?? first.pid,
    first,
    exited,
    processes: () => announcements.processes,
    onProcess: (listener) => announcements.onProcess(listener),
    kill: (signal) => {
      void killTree(child, signal ?? 'SIGTERM');
    },
    [Symbol.asyncDispose]: async () => {
      await killTree(child, 'SIGTERM');
      const late = setTimeout(() => void killTree(child, 'SIGKILL'), endsWithinMs);
      await exited;
      clearTimeout(late);
      await announcements.stop();
    },
  });
}

function start(options: LaunchOptions, folder: string, preload: string): ChildProcess {
  const environment = options.env ?? process.env;
  const quoted = preload.includes(' ') ? `"${preload.replaceAll('\\', '\\\\')}"` : preload;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: {
      ...environment,
      OFFLOOP_ANNOUNCE: folder,
      NODE_OPTIONS: `${environment['NODE_OPTIONS'] ?? ''} --require ${quoted}`.trim(),
    },
    stdio:
      options.stdio === 'ignore' ? 'ignore' : ['inherit', options.stdio === 'stderr' ? 2 : 'inherit', 'pipe'],
    // npm is a script on Windows.
    shell: process.platform === 'win32',
  });
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!inspectorTalk.test(line)) process.stderr.write(`${line}\n`);
    });
  }
  return child;
}

/** A command may start its program in the background and end first. ms. */
const backgroundMs = 5_000;

/** How a command ended once it is clear that it started no Node program. */
async function withoutProgram(exited: Promise<Exit>, announcements: Announcements): Promise<Exit> {
  const exit = await exited;
  const deadline = performance.now() + (exit.code === 0 ? backgroundMs : 0);
  while (performance.now() < deadline && (await announcements.isUsed())) await delay(lookEveryMs);
  return exit;
}

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: string;
}

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ code: null, signal: null, error: error.message });
    });
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });

async function killTree(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  for (const pid of await descendantsOf(child.pid)) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
  child.kill(signal);
}

/** Reads the files in which processes announce themselves. */
class Announcements {
  readonly first: Promise<AnnouncedProcess>;
  readonly #folder: string;
  readonly #known = new Map<string, AnnouncedProcess>();
  readonly #listeners = new Set<(process: AnnouncedProcess) => void>();
  readonly #stopWatching: () => void;
  #looking: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    this.first = new Promise((resolve) => {
      const stop = this.onProcess((announced) => {
        stop();
        resolve(announced);
      });
    });
    const look = (): void => {
      this.#looking = this.#looking.then(() => this.#look());
    };
    const watcher = watch(folder, look);
    const timer = setInterval(look, lookEveryMs);
    watcher.on('error', () => {
      watcher.close();
    });
    this.#stopWatching = () => {
      watcher.close();
      clearInterval(timer);
    };
    look();
  }

  /** Removes the folder. What runs in the background, and starts programs later, goes on with what it was told to load. */
  async stop(): Promise<void> {
    this.#stopWatching();
    await this.#looking;
    if (!(await this.isUsed())) return rm(this.#folder, { recursive: true, force: true });
    for (const name of await readdir(this.#folder))
      if (name !== preloadName) await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Whether a Node process runs that was told to load our file, as will be what it starts. */
  async isUsed(): Promise<boolean> {
    return (await listNodeProcesses()).some(({ nodeOptions }) => nodeOptions.includes(this.#folder));
  }

  /** Every process that announced itself so far. */
  get processes(): readonly AnnouncedProcess[] {
    return [...this.#known.values()];
  }

  onProcess(listener: (process: AnnouncedProcess) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async #look(): Promise<void> {
    // The folder goes away with the program.
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter(
      (candidate) => candidate.endsWith('.json') && !this.#known.has(candidate),
    )) {
      const announced = await readAnnouncement(join(this.#folder, name));
      if (announced === null) continue;
      this.#known.set(name, announced);
      for (const listener of [...this.#listeners]) listener(announced);
    }
  }
}

async function readAnnouncement(path: string): Promise<AnnouncedProcess | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    const [pid, webSocketUrl] = [readNumber(member(value, 'pid')), readString(member(value, 'webSocketUrl'))];
    if (pid === null || webSocketUrl === null) return null;
    return {
      pid,
      webSocketUrl,
      openedByUs: member(value, 'openedByUs') === true,
      script: readString(member(value, 'script')),
      cwd: readString(member(value, 'cwd')),
    };
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}
