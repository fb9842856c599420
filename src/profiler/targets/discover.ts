import { resolve, sep } from 'node:path';
import pidtree from 'pidtree';
import { fetchJson } from '../protocol/fetchJson.ts';
import { listNodeProcesses, type NodeProcess } from './processTable.ts';
import { member, readString } from '../protocol/readValue.ts';

/** A local Node process that could be attached to, now or after opening its inspector. */
export interface LocalTarget {
  readonly pid: number;
  /** Absolute path of the program, or null (a REPL, `node -e`). */
  readonly script: string | null;
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
}

const probeTimeoutMs = 1_000;
/** Node opens 9229 by default; a second one is often given the next. Only these are asked without any other hint. */
const usualPorts = { first: 9229, last: 9239 } as const;

/** Tools around a program rather than programs to profile: package managers, editors' helpers, watchers. */
const helperScript =
  /(?:^|[\\/])(?:npm-cli\.js|npx-cli\.js|npm|npx|yarn(?:\.c?js)?|pnpm(?:\.c?js)?|corepack(?:\.js)?|nodemon(?:\.js)?|tsserver\.js|typingsInstaller\.js|bootstrap-fork(?:\.js)?|server-main\.js|offloop-recorder\.js|offloop-planner\.js|eslintServer\.js|jsonServerMain\S*|cssServerMain\S*|htmlServerMain\S*|\S*[lL]anguage-?[sS]erver\S*)$|[\\/]tsx[\\/]dist[\\/]cli\.[cm]?js$|[\\/]code-server[\\/]out[\\/]node[\\/]entry(?:\.js)?$|[\\/](?:concurrently|cross-env|turbo)[\\/]/;

/**
 * Local Node processes of this user, without helpers and ourselves: those whose working directory lies in one of `folders`
 * (absolute) first, then open inspectors, then servers.
 */
export async function listTargets(
  options: {
    readonly signal?: AbortSignal;
    readonly folders?: readonly string[];
    /** Only descendants of this process. */
    readonly below?: number;
  } = {},
): Promise<readonly LocalTarget[]> {
  // The process may be gone meanwhile: then it has no descendants.
  const below = options.below === undefined ? null : await pidtree(options.below).catch(() => []);
  const processes = (await listNodeProcesses()).filter(
    (entry) =>
      entry.pid !== process.pid &&
      !isHelper(entry) &&
      !isWatchParent(entry) &&
      (below === null || below.includes(entry.pid)),
  );
  const targets = await Promise.all(processes.map((entry) => describe(entry, options.signal)));
  const rank = (target: LocalTarget): number =>
    (isInside(target, options.folders ?? []) ? 4 : 0) +
    (target.kind === 'inspector' ? 2 : 0) +
    (target.listening ? 1 : 0);
  return targets.sort((a, b) => rank(b) - rank(a) || a.pid - b.pid);
}

const isInside = ({ cwd }: LocalTarget, folders: readonly string[]): boolean =>
  cwd !== null && folders.some((folder) => cwd === folder || cwd.startsWith(`${folder}${sep}`));

/** Package managers set their process title, which stands in place of the arguments: `npm`, then `npm run dev`. */
const helperTitle = /^(?:npm|npx|yarn|pnpm|corepack)(?: |$)/;

const isHelper = (entry: NodeProcess): boolean =>
  helperTitle.test(entry.argv[0] ?? '') || helperScript.test(scriptArgument(entry.argv) ?? '');

/** `node --watch` runs the program in a child and only waits for files itself. */
export const isWatchParent = (entry: NodeProcess): boolean =>
  // The child inherits the flags that say how to watch, not those that say to.
  entry.argv.slice(1, 1 + flagCount(entry.argv)).some((flag) => /^--watch(?:$|=|-path(?:$|=))/.test(flag));

/** Flags of Node whose value is the next argument. */
const flagWithValue =
  /^(?:-r|-C|--require|--import|--loader|--experimental-loader|--conditions|--env-file|--title|--watch-path|--input-type)$/;

function flagCount(argv: readonly string[]): number {
  let index = 1;
  while (argv[index]?.startsWith('-') === true) index += flagWithValue.test(argv[index] ?? '') ? 2 : 1;
  return index - 1;
}

/** The program among the arguments of a Node process; null for `-e` and the REPL. */
export function scriptArgument(argv: readonly string[]): string | null {
  const flags = argv.slice(1, 1 + flagCount(argv));
  if (flags.some((flag) => /^(?:-e|-p|-pe|--eval|--print)(?:$|=)/.test(flag))) return null;
  return argv[1 + flagCount(argv)] ?? null;
}

async function describe(entry: NodeProcess, signal: AbortSignal | undefined): Promise<LocalTarget> {
  const argument = scriptArgument(entry.argv);
  const inspector = await findInspector(entry, signal);
  const port = entry.ports?.find((candidate) => candidate !== inspector?.port) ?? null;
  return {
    pid: entry.pid,
    script: argument === null ? null : entry.cwd === null ? argument : resolve(entry.cwd, argument),
    cwd: entry.cwd,
    node: inspector?.node ?? null,
    webSocketUrl: inspector?.webSocketUrl ?? null,
    address: inspector === null ? null : `127.0.0.1:${String(inspector.port)}`,
    kind: inspector === null ? 'process' : 'inspector',
    port,
    listening: port !== null,
    underDebugger: entry.underDebugger,
  };
}

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
  const usual = (port: number): boolean => port >= usualPorts.first && port <= usualPorts.last;
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

/** Inspector flags of a process: whether there are any, and the ports they name (the default when they name none). */
export function inspectFlags(entry: Pick<NodeProcess, 'argv' | 'nodeOptions'>): {
  readonly present: boolean;
  readonly ports: readonly number[];
} {
  const flags = [...entry.argv.slice(1, 1 + flagCount(entry.argv)), ...entry.nodeOptions.split(/\s+/)];
  const inspecting = flags.flatMap((flag) => {
    const parts = /^--inspect(?:-brk|-wait)?(?:=(.*))?$/.exec(flag);
    return parts === null ? [] : [parts[1] ?? ''];
  });
  const ports = inspecting.map((value) => Number(/(?:^|:)(\d+)$/.exec(value)?.[1] ?? usualPorts.first));
  return { present: inspecting.length > 0, ports: ports.filter((port) => port > 0) };
}

/** The port on which a process opens its inspector when it is signalled. */
export function signalPort(entry: Pick<NodeProcess, 'argv' | 'nodeOptions'>): number {
  const flags = [...entry.argv.slice(1, 1 + flagCount(entry.argv)), ...entry.nodeOptions.split(/\s+/)].join(
    ' ',
  );
  const named = /--(?:inspect-port|debug-port)[= ](?:\S*:)?(\d+)/.exec(flags)?.[1];
  return named === undefined ? usualPorts.first : Number(named);
}
