import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import pidtree from 'pidtree';
import psList from 'ps-list';

/** A local process that runs Node, as the operating system shows it. */
export interface NodeProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly argv: readonly string[];
  /** null where the system does not tell. */
  readonly cwd: string | null;
  /** The few variables that matter here: NODE_OPTIONS and whether a debug session launched it. */
  readonly nodeOptions: string;
  readonly underDebugger: boolean;
  /** Loopback or wildcard TCP ports it listens on; null where the system does not tell. */
  readonly ports: readonly number[] | null;
}

const nodeName = /^(?:node|nodejs|node-?\d[\d.]*)(?:\.exe)?(?: \(deleted\))?$/i;

/** The Node processes of this user. */
export async function listNodeProcesses(): Promise<readonly NodeProcess[]> {
  return process.platform === 'linux' ? await listFromProc() : await listFromPs();
}

/** One process of this user, or null when it is gone, somebody else's, or not Node. */
export async function readNodeProcess(pid: number): Promise<NodeProcess | null> {
  if (process.platform === 'linux') return readFromProc(pid, await listeningSockets(pid));
  return (await listFromPs()).find((candidate) => candidate.pid === pid) ?? null;
}

/** Seconds since a process started; null where the system does not tell, or it is gone. */
export async function ageOf(pid: number): Promise<number | null> {
  const [stat, uptime] = await Promise.all(
    [`/proc/${String(pid)}/stat`, '/proc/uptime'].map((path) => readFile(path, 'latin1').catch(() => '')),
  );
  // The name in parentheses may hold anything. Field 22 is when it started, in ticks since the machine did.
  const ticks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const age = Number(uptime?.split(' ')[0]) - ticks / ticksPerSecond;
  return Number.isFinite(age) ? age : null;
}

/** USER_HZ, which Linux shows to programs whatever the kernel's own clock is. */
const ticksPerSecond = 100;

/** The processes that a process started, and those that they started; none when it is gone. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  // The kernel's own lists cost next to nothing; not every kernel has them.
  const children = await childrenOf(pid);
  if (children === null) return pidtree(pid).catch(() => []);
  const below = await Promise.all(children.map((child) => descendantsOf(child)));
  return [...children, ...below.flat()];
}

async function childrenOf(pid: number): Promise<readonly number[] | null> {
  const folder = `/proc/${String(pid)}/task`;
  try {
    const lists = await Promise.all(
      (await readdir(folder)).map((thread) => readFile(`${folder}/${thread}/children`, 'latin1')),
    );
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

/** Whether a path is that of a Node executable. */
export const isNodeExecutable = (path: string): boolean =>
  nodeName.test(basename(path.replaceAll('\\', '/')));

async function listFromProc(): Promise<readonly NodeProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const sockets = await listeningSockets(process.pid);
  const found = await Promise.all(pids.map((pid) => readFromProc(pid, sockets)));
  return found.filter((entry) => entry !== null);
}

async function readFromProc(pid: number, sockets: ReadonlyMap<string, number>): Promise<NodeProcess | null> {
  const folder = `/proc/${String(pid)}`;
  try {
    if (!isNodeExecutable(await readlink(`${folder}/exe`))) return null;
    if ((await stat(folder)).uid !== process.getuid?.()) return null;
    const [commandLine, cwd, environment, status, ports] = await Promise.all([
      readFile(`${folder}/cmdline`, 'utf8'),
      readlink(`${folder}/cwd`),
      readFile(`${folder}/environ`, 'utf8'),
      readFile(`${folder}/status`, 'utf8'),
      portsOf(folder, sockets),
    ]);
    const variables = environment.split('\0');
    return {
      pid,
      parentPid: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0),
      argv: commandLine.split('\0').slice(0, -1),
      cwd,
      nodeOptions: variables.find((variable) => variable.startsWith('NODE_OPTIONS='))?.slice(13) ?? '',
      underDebugger: variables.some((variable) => variable.startsWith('VSCODE_INSPECTOR_OPTIONS=')),
      ports,
    };
  } catch (error) {
    // Processes end while we read them, and those of other users refuse.
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}

async function portsOf(folder: string, sockets: ReadonlyMap<string, number>): Promise<readonly number[]> {
  const descriptors = await readdir(`${folder}/fd`);
  const links = await Promise.all(descriptors.map((fd) => readlink(`${folder}/fd/${fd}`).catch(() => '')));
  const ports = links.flatMap((link) => sockets.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? '') ?? []);
  return [...new Set(ports)];
}

/** Inode → port of every listening TCP socket in the network namespace of a process. */
async function listeningSockets(pid: number): Promise<ReadonlyMap<string, number>> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((table) => readFile(`/proc/${String(pid)}/net/${table}`, 'latin1').catch(() => '')),
  );
  const rows = tables.flatMap((table) =>
    table
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/)),
  );
  const listening = '0A';
  return new Map(
    rows.flatMap((cells) => {
      const [, local = '', , state, , , , , , inode = ''] = cells;
      return state === listening ? [[inode, Number.parseInt(local.split(':')[1] ?? '', 16)] as const] : [];
    }),
  );
}

async function listFromPs(): Promise<readonly NodeProcess[]> {
  const all = await psList({ all: false });
  return all
    .filter((entry) => isNodeExecutable(entry.name) || isNodeExecutable(entry.cmd?.split(' ')[0] ?? ''))
    .map((entry) => ({
      pid: entry.pid,
      parentPid: entry.ppid,
      argv: (entry.cmd ?? entry.name).split(' ').filter(Boolean),
      cwd: null,
      nodeOptions: '',
      underDebugger: false,
      ports: null,
    }));
}
