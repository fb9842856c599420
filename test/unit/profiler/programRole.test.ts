import { expect, test } from 'vitest';
import { scriptArgument } from '../../../src/profiler/targets/commandLine.ts';
import { launcherName, roleOf } from '../../../src/profiler/targets/programRole.ts';

const node = '/usr/bin/node';

test.each([
  ['npm run dev', ['npm run dev', '', '']],
  ['npm', [node, '/usr/lib/node_modules/npm/bin/npm-cli.js', 'start']],
  ['npm', [node, '/usr/bin/npm', 'start']],
  ['yarn', [node, '/opt/yarn/bin/yarn.js', 'dev']],
  ['pnpm', [node, '/opt/pnpm/bin/pnpm.cjs', 'dev']],
  ['yarn-4.1.0', [node, '/srv/app/.yarn/releases/yarn-4.1.0.cjs', 'dev']],
  ['nodemon', [node, '/usr/local/bin/nodemon', 'server.js']],
  ['ts-node-dev', [node, '/srv/app/node_modules/.bin/ts-node-dev', '--respawn', 'server.ts']],
  ['pm2', [node, '/usr/lib/node_modules/pm2/bin/pm2', 'logs']],
  ['nodemon', [node, '/srv/app/node_modules/.bin/nodemon', 'server.js']],
  ['nodemon', [node, '/srv/app/node_modules/nodemon/bin/nodemon.js', 'server.js']],
  ['tsx', [node, '/srv/app/node_modules/.bin/tsx', 'watch', 'server.ts']],
  ['tsx', [node, '/srv/app/node_modules/tsx/dist/cli.mjs', 'watch', 'server.ts']],
  ['nest', [node, '/srv/app/node_modules/.bin/nest', 'start', '--watch']],
  ['@nestjs/cli', [node, '/srv/app/node_modules/@nestjs/cli/bin/nest.js', 'start', '--watch']],
  ['concurrently', [node, '/srv/app/node_modules/concurrently/dist/bin/concurrently.js', 'a', 'b']],
  ['concurrently', [node, 'node_modules/concurrently/dist/bin/concurrently.js', 'a', 'b']],
  ['node --watch', [node, '--watch', 'server.js']],
  ['PM2 v5.4.2: God Daemon (/home/me/.pm2)', ['PM2 v5.4.2: God Daemon (/home/me/.pm2)']],
])('%s starts programs', (name, argv) => {
  expect(roleOf({ argv })).toBe('launcher');
  expect(launcherName({ argv })).toBe(name);
});

test.each([
  [[node, '/home/me/.vscode-server/bin/1/out/bootstrap-fork', '--type=extensionHost']],
  [[node, '/usr/lib/node_modules/typescript/lib/tsserver.js', '--useInferredProjectPerProjectRoot']],
  [[node, '/home/me/.vscode/extensions/dbaeumer.vscode-eslint-3.0.1/server/out/eslintServer.js', '--stdio']],
  [[node, '/usr/lib/node_modules/typescript-language-server/lib/cli.mjs', '--stdio']],
  [[node, '/usr/lib/node_modules/@github/copilot/index.js']],
  [[node, '/home/me/.npm/_npx/1/node_modules/.bin/mcp-server-filesystem', '/srv']],
  [['claude', '', '']],
])('%s serves an editor or an agent', (argv) => {
  expect(roleOf({ argv })).toBe('tool');
});

test.each([
  [[node, 'server.js']],
  [[node, '--require', '/srv/app/node_modules/tsx/dist/preflight.cjs', '--import', 'file:///x', 'server.ts']],
  [[node, '--watch-path=src', 'npm-statistics.js'].slice(0, 1).concat('npm-statistics.js')],
  [[node, '-r', '/tmp/ts-node-dev-hook-1.js', '/srv/app/node_modules/ts-node-dev/lib/wrap.js', 'server.ts']],
  [[node, '/srv/app/supervisor.js']],
  [[node, '/srv/app/bin/forever.js']],
  [[node, 'dist/nest.js']],
  [[node, '/srv/app/node_modules/pm2/lib/ProcessContainerFork.js']],
  [[node, '/usr/lib/node_modules/pm2/lib/ProcessContainer.js']],
  [[node, '/srv/app/node_modules/.bin/next', 'start']],
  [[node, '/srv/nest/dist/main.js']],
  [[node, '/srv/tsx/server.js']],
  [[node, '-e', 'setInterval(() => {}, 1000)']],
])('%s is a program', (argv) => {
  expect(roleOf({ argv })).toBe('program');
});

test.each([
  [[node, '/srv/app/node_modules/.bin/ts-node', '-T', 'src/server.ts'], 'src/server.ts'],
  [
    [node, '/srv/app/node_modules/ts-node/dist/bin.js', '-P', 'tsconfig.dev.json', 'server.ts', '--port=1'],
    'server.ts',
  ],
  [[node, '-r', '/tmp/hook-1.js', '/srv/app/node_modules/ts-node-dev/lib/wrap.js', 'server.ts'], 'server.ts'],
  [[node, '/srv/app/node_modules/.bin/vite-node', '--watch', 'job.mts'], 'job.mts'],
  [[node, 'ts-node.js'], 'ts-node.js'],
  [[node, 'server.js', 'input.ts'], 'server.js'],
])('the program of %s is %s, not what compiles it', (argv, script) => {
  expect(scriptArgument(argv)).toBe(script);
});
