import type { NodeProcess } from './processTable.ts';

/** The port that Node opens its inspector on unless told otherwise. */
export const defaultInspectorPort = 9229;

/** Where inspectors that we opened are moved to: a range of their own, in which they are found again. */
export const movedPorts = { first: 29_229, last: 29_428 } as const;

/** Flags of Node whose value is the next argument. */
const flagWithValue =
  /^(?:-r|-C|--require|--import|--loader|--experimental-loader|--conditions|--env-file|--title|--watch-path|--input-type)$/;

function flagCount(argv: readonly string[]): number {
  let index = 1;
  while (argv[index]?.startsWith('-') === true) index += flagWithValue.test(argv[index] ?? '') ? 2 : 1;
  return index - 1;
}

const flagsOf = (argv: readonly string[]): readonly string[] => argv.slice(1, 1 + flagCount(argv));

/** The program among the arguments of a Node process; null for `-e` and the REPL. */
export function scriptArgument(argv: readonly string[]): string | null {
  if (flagsOf(argv).some((flag) => /^(?:-e|-p|-pe|--eval|--print)(?:$|=)/.test(flag))) return null;
  // A process that sets its title leaves empty words behind it.
  const [script = '', ...words] = argv.slice(1 + flagCount(argv));
  const program = runner.test(script) ? words.find((word) => sourceFile.test(word)) : undefined;
  return script === '' ? null : (program ?? script);
}

/** What compiles a program and runs it in its own process: it is the program that is meant. */
const runner =
  /(?:^|[\\/])(?:ts-node(?:-esm|-script|-transpile-only|-cwd)?|vite-node|babel-node|_babel-node|[\\/]?ts-node-dev[\\/]lib[\\/]wrap|ts-node[\\/]dist[\\/]bin(?:-\w+)*|vite-node(?:\.\w+)?)(?:\.[cm]?js)?$/;
const sourceFile = /\.[cm]?[jt]sx?$/;

/** `node --watch` and `node --run` run the program in a child and only wait for it. */
export const isNodeLauncher = ({ argv }: Pick<NodeProcess, 'argv'>): boolean =>
  // The child inherits the flags that say how to watch, not those that say to.
  flagsOf(argv).some((flag) => /^--(?:watch|watch-path|run)(?:$|=)/.test(flag));

/** Inspector flags of a process: whether there are any, and the ports they name (the default when they name none). */
export function inspectFlags({ argv, nodeOptions }: Pick<NodeProcess, 'argv' | 'nodeOptions'>): {
  readonly present: boolean;
  readonly ports: readonly number[];
} {
  const inspecting = [...flagsOf(argv), ...nodeOptions.split(/\s+/)].flatMap((flag) => {
    const parts = /^--inspect(?:-brk|-wait)?(?:=(.*))?$/.exec(flag);
    return parts === null ? [] : [parts[1] ?? ''];
  });
  const ports = inspecting.map((value) => Number(/(?:^|:)(\d+)$/.exec(value)?.[1] ?? defaultInspectorPort));
  return { present: inspecting.length > 0, ports: ports.filter((port) => port > 0) };
}

/** The port on which a process opens its inspector when it is signalled; 0 for any free one. */
export function signalPort({ argv, nodeOptions }: Pick<NodeProcess, 'argv' | 'nodeOptions'>): number {
  const flags = [...flagsOf(argv), ...nodeOptions.split(/\s+/)].join(' ');
  const named = /--(?:inspect-port|debug-port)[= ](?:\S*:)?(\d+)/.exec(flags)?.[1];
  return named === undefined ? defaultInspectorPort : Number(named);
}
