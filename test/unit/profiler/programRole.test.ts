import { expect, test } from 'vitest';
import { launcherName, roleOf } from '../../../src/profiler/targets/programRole.ts';

const node = '/usr/bin/node';

test.each([
  ['npm run dev', ['npm run dev', '', '']],
  ['npm', [node, '/usr/lib/node_modules/npm/bin/npm-cli.js', 'start']],
  ['npm', [node, '/usr/bin/npm', 'start']],
  ['yarn', [node, '/opt/yarn/bin/yarn.js', 'dev']],
  ['pnpm', [node, '/opt/pnpm/bin/pnpm.cjs', 'dev']],
  ['nodemon', [node, '/srv/app/node_modules/.bin/nodemon', 'server.js']],
  ['nodemon', [node, '/srv/app/node_modules/nodemon/bin/nodemon.js', 'server.js']],
  ['tsx', [node, '/srv/app/node_modules/.bin/tsx', 'watch', 'server.ts']],
  ['tsx', [node, '/srv/app/node_modules/tsx/dist/cli.mjs', 'watch', 'server.ts']],
  ['nest', [node, '/srv/app/node_modules/.bin/nest', 'start', '--watch']],
  ['@nestjs/cli', [node, '/srv/app/node_modules/@nestjs/cli/bin/nest.js', 'start', '--watch']],
  ['concurrently', [node, '/srv/app/node_modules/concurrently/dist/bin/concurrently.js', 'a', 'b']],
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
  [[node, '/srv/app/node_modules/.bin/next', 'start']],
  [[node, '/srv/nest/dist/main.js']],
  [[node, '/srv/tsx/server.js']],
  [[node, '-e', 'setInterval(() => {}, 1000)']],
])('%s is a program', (argv) => {
  expect(roleOf({ argv })).toBe('program');
});
