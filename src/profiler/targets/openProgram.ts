import { basename } from 'node:path';
import { OffloopError } from '../../base/offloopError.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { scriptArgument } from './commandLine.ts';
import { findInspector } from './discover.ts';
import { findSignalHandler, type SignalSearch } from './signal/signalHandler.ts';
import { openInspector, type OpenedInspector, type OpenOptions } from './openInspector.ts';
import { descendantsOf, nameOfProcess, readNodeProcess, type NodeProcess } from './processTable.ts';
import { launcherName, roleOf } from './programRole.ts';

/** A program whose inspector is open, and the processes that are recorded with it. */
export interface OpenedProgram extends OpenedInspector {
  /** The process that was attached to. */
  readonly pid: number;
  /** The launcher whose other programs are recorded with it; null where none was asked for. */
  readonly familyOf: number | null;
  /** The launcher, if the user asked for that instead of the program: `npm run dev`. */
  readonly launcher: string | null;
}

/**
 * Opens the inspector of a program. Of a process that only starts programs (a package manager, a watcher, a shell) the first
 * program that it started and that can be opened is, one that serves something rather than another; the others belong to its
 * family.
 */
export async function openProgram(
  pid: number,
  options: OpenOptions = {},
): Promise<Result<OpenedProgram, OffloopError>> {
  const launcher = await launcherOf(pid);
  if (launcher === null) return opened(pid, null, null, options);
  let failure: Result<never, OffloopError> = noProgram(pid, launcher);
  for (const [index, program] of (await programsBelow(pid)).entries()) {
    const inspector = await opened(program.pid, pid, launcher, options);
    if (inspector.ok) return inspector;
    if (index === 0) failure = inspector;
  }
  return failure;
}

/** What a process is called that only starts programs; null of a program, and of what started none. */
async function launcherOf(pid: number): Promise<string | null> {
  const entry = await readNodeProcess(pid);
  if (entry !== null) return roleOf(entry) === 'launcher' ? launcherName(entry) : null;
  // All that runs on a machine is below its first process: only of what starts the programs of a project they are meant.
  const name = await nameOfProcess(pid);
  if (name === null || !starters.test(name)) return null;
  return (await programsBelow(pid)).length === 0 ? null : name;
}

/** Shells and runners that are no Node programs. */
const starters =
  /^(sh|ash|bash|dash|fish|ksh|zsh|busybox|env|sudo|time|timeout|nohup|make|just|task|turbo|nx|moon|watchexec|entr|foreman|overmind|hivemind|honcho|process-compose|supervisord|tini|dumb-init)$/;

const noProgram = (pid: number, launcher: string): Result<never, OffloopError> =>
  err(
    new OffloopError(
      'cannot-attach',
      `Process ${String(pid)} (${launcher}) only starts programs, and no Node program of it runs now. Start the program, then attach again.`,
    ),
  );

/**
 * What opening the inspector of a program, or of the one that a launcher started, may set off: to be told before it is opened.
 * Null where no signal is needed, or the program is gone.
 */
export async function signalRisk(pid: number, signal?: AbortSignal): Promise<SignalSearch | null> {
  const [entry] = await programsFor(pid);
  if (entry === undefined || (await findInspector(entry, signal)) !== null) return null;
  return findSignalHandler(entry);
}

async function opened(
  pid: number,
  familyOf: number | null,
  launcher: string | null,
  options: OpenOptions,
): Promise<Result<OpenedProgram, OffloopError>> {
  const inspector = await openInspector(pid, options);
  return inspector.ok ? ok({ ...inspector.value, pid, familyOf, launcher }) : inspector;
}

/** A program by what its user knows it as: its script, or what it calls itself. */
export interface NamedProgram {
  readonly pid: number;
  readonly name: string;
}

/** The programs whose inspectors open with that of a process: itself, or those that a launcher started, the first of them first. */
export async function programsOf(pid: number): Promise<readonly NamedProgram[]> {
  return (await programsFor(pid)).map((program) => ({ pid: program.pid, name: nameOf(program) }));
}

/** What is meant by a process: itself, or the programs that it started where it only starts programs; none when it is gone. */
async function programsFor(pid: number): Promise<readonly NodeProcess[]> {
  if ((await launcherOf(pid)) !== null) return programsBelow(pid);
  const entry = await readNodeProcess(pid);
  return entry === null ? [] : [entry];
}

function nameOf({ argv, pid }: NodeProcess): string {
  const script = scriptArgument(argv);
  return script === null ? `node ${String(pid)}` : basename(script);
}

/** The programs that a launcher started: servers first, then parents before their children. */
export async function programsBelow(pid: number): Promise<readonly NodeProcess[]> {
  const entries = await Promise.all((await descendantsOf(pid)).map((each) => readNodeProcess(each)));
  const programs = entries.filter((entry) => entry !== null && roleOf(entry) === 'program');
  return programs
    .filter((entry) => entry !== null)
    .sort((a, b) => Number(isServer(b)) - Number(isServer(a)) || a.pid - b.pid);
}

const isServer = ({ ports }: NodeProcess): boolean => ports !== null && ports.length > 0;
