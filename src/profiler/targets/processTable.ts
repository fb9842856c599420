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
  const [stat, uptime] = await Promise.all([
    statOf(String(pid)),
    readFile('/proc/uptime', 'latin1').catch(() => ''),
  ]);
  // Field 22 is when it started, in ticks since the machine did.
  const age = Number(uptime.split(' ')[0]) - Number(stat[19]) / ticksPerSecond;
  return Number.isFinite(age) ? age : null;
}

/** CPU time that a process has used, ms; null where the system does not tell, or it is gone. */
export async function cpuTimeOf(pid: number): Promise<number | null> {
  const stat = await statOf(String(pid));
  // Fields 14 and 15: in user mode and in the kernel, in ticks.
  const ticks = Number(stat[11]) + Number(stat[12]);
  return Number.isFinite(ticks) ? (ticks / ticksPerSecond) * 1000 : null;
}

/** USER_HZ, which Linux shows to programs whatever the kernel's own clock is. */
const ticksPerSecond = 100;

/** The processes that a process started, and those that they started; none when it is gone. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  if (process.platform !== 'linux') return pidtree(pid).catch(() => []);
  // The kernel's own lists cost next to nothing; not every kernel has them.
  const children = await childrenOf(pid);
  if (children === null) return below(pid, await childrenOfAll());
  return [...children, ...(await Promise.all(children.map((child) => descendantsOf(child)))).flat()];
}

const below = (pid: number, children: ReadonlyMap<number, readonly number[]>): readonly number[] =>
  (children.get(pid) ?? []).flatMap((child) => [child, ...below(child, children)]);

/** The children of each process, by its id. Small containers have no `ps`. */
async function childrenOfAll(): Promise<ReadonlyMap<number, readonly number[]>> {
  const children = new Map<number, number[]>();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    pids.map(async (pid) => {
      const parent = (await statOf(pid))[1];
      if (parent !== undefined)
        children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(pid)]);
    }),
  );
  return children;
}

/** What `/proc/<pid>/stat` says after the name of a process: its state, its parent …; empty when it is gone. */
async function statOf(pid: string): Promise<readonly string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name in parentheses may hold anything.
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** What any process of this machine is called, such as `bash`; null where the system does not tell. */
export async function nameOfProcess(pid: number): Promise<string | null> {
  if (process.platform === 'linux')
    return (await readFile(`/proc/${String(pid)}/comm`, 'utf8').catch(() => '')).trim() || null;
  return (await psList({ all: false })).find((entry) => entry.pid === pid)?.name ?? null;
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
