import { resolve } from 'node:path';
import { defaultInspectorPort, inspectFlags, movedPorts, scriptArgument } from './commandLine.ts';
import { fetchJson } from '../protocol/fetchJson.ts';
import { mostUsefulFirst } from './targetOrder.ts';
import { roleOf, type ProgramRole } from './programRole.ts';
import { descendantsOf, isNodeExecutable, listNodeProcesses, type NodeProcess } from './processTable.ts';
import { member, readString } from '../protocol/readValue.ts';

/** A local Node process that could be attached to, now or after opening its inspector. */
export interface LocalTarget {
  readonly pid: number;
  /** Absolute path of the program, or null (a REPL, `node -e`, a process that hides its arguments). */
  readonly script: string | null;
  /** What a process without a script calls itself, such as `npm run dev`; null where it does not. */
  readonly title: string | null;
  readonly cwd: string | null;
  /** `v20.1.2`, known for open inspectors only. */
  readonly node: string | null;
  /** The open inspector's web socket; null when it has to be opened first. */
  readonly webSocketUrl: string | null;
  /** `host:port` of the open inspector. */
  readonly address: string | null;
  readonly kind: 'inspector' | 'process';
  /** The first port other than the inspector's that it listens on. */
  readonly port: number | null;
  /** Whether it listens on such a port: a server. */
  readonly listening: boolean;
  /** Whether a VS Code debug session launched it: its timings are inflated. */
  readonly underDebugger: boolean;
  /** Whether it is a program, starts programs, or serves an editor. */
  readonly role: ProgramRole;
}

const probeTimeoutMs = 1_000;
/** Node opens 9229 by default; a second one is often given the next. Only these are asked without any other hint. */
const usualPorts = { first: defaultInspectorPort, last: 9239 } as const;

/**
 * Local Node processes of this user without ourselves, the most useful first: programs whose script or working directory lies
 * in one of `folders` (absolute), then other servers and programs, launchers and tools last.
 */
export async function listTargets(
  options: {
    readonly signal?: AbortSignal;
    readonly folders?: readonly string[];
    /** Only programs among the descendants of this process. */
    readonly below?: number;
  } = {},
): Promise<readonly LocalTarget[]> {
  const below = options.below === undefined ? null : await descendantsOf(options.below);
  const processes = (await listNodeProcesses()).filter(
    (entry) =>
      entry.pid !== process.pid &&
      !isOurs(entry) &&
      (below === null || (below.includes(entry.pid) && roleOf(entry) === 'program')),
  );
  const targets = await Promise.all(processes.map((entry) => describe(entry, options.signal)));
  return mostUsefulFirst(targets, options.folders ?? []);
}

/** The helper processes of Offloop's own editors and command lines. */
const isOurs = ({ argv }: NodeProcess): boolean =>
  /[\\/]dist[\\/](?:offloop-recorder|offloop-planner)\.js$/.test(scriptArgument(argv) ?? '');

async function describe(entry: NodeProcess, signal: AbortSignal | undefined): Promise<LocalTarget> {
  const argument = scriptArgument(entry.argv);
  const inspector = await findInspector(entry, signal);
  const port = entry.ports?.find((candidate) => candidate !== inspector?.port) ?? null;
  return {
    pid: entry.pid,
    script: argument === null ? null : entry.cwd === null ? argument : resolve(entry.cwd, argument),
    title: argument === null && entry.argv.slice(1).every((word) => word === '') ? titleOf(entry) : null,
    cwd: entry.cwd,
    node: inspector?.node ?? null,
    webSocketUrl: inspector?.webSocketUrl ?? null,
    address: inspector === null ? null : `127.0.0.1:${String(inspector.port)}`,
    kind: inspector === null ? 'process' : 'inspector',
    port,
    listening: port !== null,
    underDebugger: entry.underDebugger,
    role: roleOf(entry),
  };
}

const titleOf = ({ argv }: NodeProcess): string | null => {
  const title = (argv[0] ?? '').trim();
  return title === '' || isNodeExecutable(title) ? null : title;
};

/** What `launch` has Node load opens an inspector without a flag. */
const launchedByUs = /[\\/]offloop-[^\\/]+[\\/]preload\.cjs/;

/** An inspector that answered. */
export interface OpenInspector {
  readonly port: number;
  readonly webSocketUrl: string;
  readonly node: string | null;
}

/** The open inspector of a process, or null. Where ports cannot be listed, only ports named by flags are asked. */
export async function findInspector(entry: NodeProcess, signal?: AbortSignal): Promise<OpenInspector | null> {
  const flags = inspectFlags(entry);
  const named = flags.ports;
  const usual = (port: number): boolean =>
    [usualPorts, movedPorts].some(({ first, last }) => port >= first && port <= last);
  // A user's own server must not find our questions in its log, so ports without a hint are left alone.
  const hinted = flags.present || entry.underDebugger || launchedByUs.test(entry.nodeOptions);
  const candidates =
    entry.ports === null
      ? named
      : entry.ports.filter((port) => named.includes(port) || usual(port) || hinted);
  const ordered = [...candidates].sort((a, b) => Number(named.includes(b)) - Number(named.includes(a)));
  for (const port of ordered) {
    const found = await askInspector(port, signal);
    if (found !== null) return found;
  }
  return null;
}

/** What is behind a loopback port, if it is a Node inspector. */
export async function askInspector(port: number, signal?: AbortSignal): Promise<OpenInspector | null> {
  const base = `http://127.0.0.1:${String(port)}`;
  const list = await fetchJson(`${base}/json/list`, signal, probeTimeoutMs);
  if (!list.ok || !Array.isArray(list.value)) return null;
  const entry: unknown = list.value.find((item: unknown) => member(item, 'type') === 'node');
  const webSocketUrl = readString(member(entry, 'webSocketDebuggerUrl'));
  if (webSocketUrl === null || !URL.canParse(webSocketUrl)) return null;
  const version = await fetchJson(`${base}/json/version`, signal, probeTimeoutMs);
  const browser = version.ok ? readString(member(version.value, 'Browser'), 64) : null;
  return {
    port,
    webSocketUrl: `ws://127.0.0.1:${String(port)}${new URL(webSocketUrl).pathname}`,
    node: /^node\.js\/(v\S+)$/.exec(browser ?? '')?.[1] ?? null,
  };
}
