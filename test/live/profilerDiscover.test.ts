import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listTargets } from '../../src/profiler/targets/discover.ts';
import { nodes, targetProgram } from './profilerTarget.ts';

describe.each(nodes)('the list of targets, with %s', (node) => {
  it('names the program that a watcher runs before the watcher', { timeout: 30_000 }, async () => {
    const script = targetProgram('server.cjs');
    const flags = ['--watch', '--watch-preserve-output', '--inspect=127.0.0.1:0'];
    const watcher = spawn(node, [...flags, script], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    onTestFinished(() => void watcher.kill('SIGTERM'));
    const listening = new Promise<string>((resolve) => {
      createInterface({ input: watcher.stderr }).on('line', (line) => {
        const url = /^Debugger listening on (ws:\S+)/.exec(line)?.[1];
        if (url !== undefined) resolve(url);
      });
    });
    const path = new URL(await listening).pathname;

    const targets = (await listTargets()).filter((target) => target.script === script);

    const own = targets.filter(({ webSocketUrl }) => webSocketUrl?.endsWith(path) === true);
    expect(own).toMatchObject([{ kind: 'inspector' }]);
    // The watcher has the same script on its command line.
    expect(targets.filter(({ pid }) => pid === watcher.pid)).toMatchObject([{ role: 'launcher' }]);
    expect(targets.at(-1)?.pid).toBe(watcher.pid);
  });
});
