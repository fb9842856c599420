// Makes sure that there is a redis-server for tests: continuous integration installs Debian's.
import { spawnSync } from 'node:child_process';

const exists = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;

/** Throws in one line when there is no redis-server and none can be installed. */
export function requireRedis() {
  if (exists()) return;
  const mayInstall = process.env['CI'] && process.getuid?.() === 0;
  if (mayInstall) {
    console.log('Installing redis-server');
    for (const args of [
      ['update', '-qq'],
      ['install', '-y', '-qq', 'redis-server'],
    ])
      spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (exists()) return;
  }
  throw new Error('redis-server is missing: apt-get install redis-server (or brew install redis)');
}
