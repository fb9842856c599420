import { expect, test } from 'vitest';
import { isWatcher } from '../../../src/profiler/restarts/watchersOf.ts';

const node = '/usr/bin/node';
const bin = '/srv/app/node_modules';

test.each([
  [[node, '--watch', 'server.js']],
  [[node, '--watch-path=src', 'server.js']],
  [[node, `${bin}/.bin/nodemon`, 'server.js']],
  [[node, `${bin}/nodemon/bin/nodemon.js`, 'server.js']],
  [[node, `${bin}/.bin/tsx`, 'watch', 'server.ts']],
  [[node, `${bin}/tsx/dist/cli.mjs`, 'watch', 'server.ts']],
  [[node, `${bin}/.bin/nest`, 'start', '--watch']],
  [[node, `${bin}/@nestjs/cli/bin/nest.js`, 'start', '--watch']],
  [[node, `${bin}/ts-node-dev/lib/bin.js`, 'server.ts']],
  [[node, `${bin}/.bin/tsc-watch`, '--onSuccess', 'node .']],
  [['PM2 v5.4.2: God Daemon (/home/me/.pm2)']],
])('%s starts its program again', (argv) => {
  expect(isWatcher({ argv })).toBe(true);
});

test.each([
  [['npm run dev', '', '']],
  [[node, '/usr/bin/npm', 'start']],
  [[node, `${bin}/concurrently/dist/bin/concurrently.js`, 'a', 'b']],
  [[node, `${bin}/.bin/cross-env`, 'A=1', 'node', 'server.js']],
  [[node, 'server.js']],
  [[node, '/srv/nodemon/server.js']],
])('%s does not start its program again', (argv) => {
  expect(isWatcher({ argv })).toBe(false);
});
