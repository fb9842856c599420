import { isNodeLauncher, scriptArgument } from './commandLine.ts';
import type { NodeProcess } from './processTable.ts';

/**
 * What a Node process is for. A launcher only starts programs and serves nothing itself: package managers, watchers, runners.
 * A tool serves an editor or an agent. The rest are programs.
 */
export type ProgramRole = 'program' | 'launcher' | 'tool';

/** Package managers and process managers set their title, which stands in place of the arguments: `npm run dev`. */
const launcherTitle = /^(?:(?:npm|npx|yarn|pnpm|corepack)(?: |$)|PM2 v\S+: God Daemon)/;

const launcherNames = [
  ...['npm', 'npm-cli', 'npx', 'npx-cli', 'yarn', 'yarnpkg', 'pnpm', 'pnpx', 'corepack'],
  ...[
    'nodemon',
    'tsx',
    'nest',
    'ts-node-dev',
    'tsnd',
    'node-dev',
    'tsc-watch',
    'supervisor',
    'forever',
    'onchange',
  ],
  ...[
    'concurrently',
    'conc',
    'cross-env',
    'cross-env-shell',
    'dotenv',
    'env-cmd',
    'npm-run-all',
    'run-p',
    'run-s',
  ],
  ...['turbo', 'nx', 'lerna', 'rush', 'rushx', 'wireit', 'pm2', 'pm2-runtime', 'start-server-and-test'],
].join('|');
/** What some of them load in the process of the program itself. */
const wrapperScript =
  /[\\/]ts-node-dev[\\/]lib[\\/]wrap\.js$|[\\/]pm2[\\/]lib[\\/]ProcessContainer(?:Fork)?(?:Bun)?\.js$/;
const packageLaunchers =
  /(?:^|[\\/])node_modules[\\/](?:tsx|nodemon|@nestjs[\\/]cli|concurrently|cross-env|turbo|nx|npm-run-all2?|ts-node-dev|tsc-watch|dotenv-cli|env-cmd|lerna|wireit|pm2)[\\/](?:dist|bin|lib|index)/;
const managerNames = 'npm|npm-cli|npx|npx-cli|yarn|yarnpkg|pnpm|pnpx|corepack';
/** By its name where package managers put such commands, or in one of their own packages: `bin/forever.js` may be anybody's. */
const launcherScript = new RegExp(
  [
    String.raw`[\\/](?:\.bin|bin)[\\/](?:${launcherNames})$`,
    String.raw`(?:^|[\\/])(?:\.bin|node_modules)[\\/](?:\S*[\\/])?(?:${launcherNames})\.[cm]?js$`,
    String.raw`(?:^|[\\/])(?:${managerNames})(?:-[\d.]+)?\.[cm]?js$`,
  ].join('|'),
);

/**
 * What tells launchers from programs by the path of their script, as regular expressions in text: for the code that runs in
 * each process of a launched program.
 */
export const launcherScripts = {
  launchers: [launcherScript.source, packageLaunchers.source],
  wrapper: wrapperScript.source,
} as const;

const toolScript = new RegExp(
  [
    String.raw`(?:^|[\\/])(?:tsserver|typingsInstaller|bootstrap-fork|server-main|eslintServer|offloop-recorder|offloop-planner|eslint_d|prettierd)(?:\.[cm]?js)?$`,
    String.raw`(?:json|css|html)ServerMain`,
    String.raw`[lL]anguage-?[sS]erver|[lL]ang-?[sS]erver|(?:^|[\\/.-])lsp(?:[\\/.-]|$)`,
    String.raw`[\\/]code-server[\\/]|[\\/]\.(?:vscode|cursor|windsurf)(?:-[\w-]+)?[\\/]|[\\/]resources[\\/]app[\\/]`,
    String.raw`[cC]opilot|[\\/]@anthropic-ai[\\/]|[\\/]@openai[\\/]codex|[\\/]gemini-cli[\\/]`,
    String.raw`(?:^|[\\/@.-])mcp(?:[\\/.-]|$)|modelcontextprotocol`,
  ].join('|'),
);
const toolTitle = /^(?:claude|codex|gemini|copilot)\b/;

/** The role of a process, from its command line. */
export function roleOf(entry: Pick<NodeProcess, 'argv'>): ProgramRole {
  const [title = ''] = entry.argv;
  if (launcherTitle.test(title) || isNodeLauncher(entry)) return 'launcher';
  if (toolTitle.test(title)) return 'tool';
  const script = scriptArgument(entry.argv) ?? '';
  if (toolScript.test(script)) return 'tool';
  if (wrapperScript.test(script)) return 'program';
  return launcherScript.test(script) || packageLaunchers.test(script) ? 'launcher' : 'program';
}

/** The name of a launcher, as its user knows it: `npm run dev`, `nodemon`, `node --watch`. */
export function launcherName({ argv }: Pick<NodeProcess, 'argv'>): string {
  const [title = ''] = argv;
  if (launcherTitle.test(title)) return title;
  if (isNodeLauncher({ argv })) return 'node --watch';
  const script = scriptArgument(argv) ?? '';
  const named = /(?:^|[\\/])node_modules[\\/](?!\.bin)((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(script)?.[1];
  return named ?? (script.split(/[\\/]/).at(-1) ?? 'node').replace(/(?:-cli)?(?:\.[cm]?js)?$/, '');
}
