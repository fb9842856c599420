import { spawn, type ChildProcess } from 'node:child_process';
import { OffloopError } from '../base/offloopError.ts';
import type { PackageManager } from './packageManager.ts';

/** One run of a package manager. */
export interface InstallRun {
  readonly manager: PackageManager;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Called with what it prints. */
  readonly onOutput: (text: string) => void;
}

/** How each of them installs what package.json names, also where an environment would have its lock file frozen. */
const installArguments: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['install', '--no-audit', '--no-fund'],
  pnpm: ['install', '--no-frozen-lockfile'],
  yarn: ['install'],
  bun: ['install'],
};

const killedAfterMs = 5000;
/** What is kept of the output for the message about a failure. Characters. */
const keptOutput = 8000;
const longestReason = 240;

/**
 * Installs with the project's own package manager.
 * @throws OffloopError `cancelled`, or `start-failed` with the reason that the package manager gave
 */
export async function runInstall(run: InstallRun): Promise<void> {
  const { manager, signal, onOutput } = run;
  if (isAborted(signal)) throw cancelled();
  const child = startManager(run);
  let output = '';
  const take = (chunk: Buffer): void => {
    const text = chunk.toString('utf8');
    onOutput(text);
    output = (output + text).slice(-keptOutput);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const onAbort = (): void => {
    endGroup(child, 'SIGTERM');
    setTimeout(() => {
      endGroup(child, 'SIGKILL');
    }, killedAfterMs).unref();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const failure = await failureOf(child, manager);
    if (isAborted(signal)) throw cancelled();
    if (failure === null) return;
    throw new OffloopError('start-failed', `${manager} install failed: ${failure}${reasonIn(output)}.`);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Asked again after each wait. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

const isWindows = process.platform === 'win32';

function startManager({ manager, folder }: InstallRun): ChildProcess {
  return spawn(manager, [...installArguments[manager]], {
    cwd: folder,
    env: installEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // On Windows they are scripts; elsewhere a group of its own lets all that they start be ended.
    shell: isWindows,
    detached: !isWindows,
  });
}

/** How a package manager failed, once it is over; null when it did not. */
function failureOf(child: ChildProcess, manager: PackageManager): Promise<string | null> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? `${manager} is not on the PATH` : error.message);
    });
    child.once('close', (code, killedBy) => {
      resolve(code === 0 ? null : `it ended with ${killedBy ?? `exit code ${String(code)}`}`);
    });
  });
}

const cancelled = (): OffloopError => new OffloopError('cancelled', 'The installation was cancelled.');

/** Our own process's options are not meant for the package manager. */
function installEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ELECTRON_RUN_AS_NODE: _node, ...rest } = process.env;
  // Yarn refuses to write its lock file where it takes the machine for a build server.
  return { ...rest, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' };
}

function endGroup({ pid, exitCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(isWindows ? pid : -pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

/** The first lines in which a package manager names an error. */
function reasonIn(output: string): string {
  const lines = output
    .split(/\r?\n/)
    .filter((line) => /\berr(?:or)?\b|^\s*ERR_/i.test(line) && !/complete log|debug-0/i.test(line))
    .map((line) => line.replace(/^npm (?:ERR!|error)\s*/i, '').trim())
    .filter((line) => line !== '');
  const reason = [...new Set(lines)].slice(0, 3).join(' ');
  return reason === '' ? '' : ` (${reason.slice(0, longestReason)})`;
}
