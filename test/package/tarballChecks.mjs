import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { runTool } from '../../scripts/host/runTool.mjs';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * The command line as `npm pack` makes it, alone in a folder: what it loads only when it needs it must be there, too.
 * @param {string} folder an empty one
 * @returns {import('../ui/support/runChecks.mjs').Check[]}
 */
export function tarballChecks(folder) {
  const packed = path.join(folder, 'package');
  const offloop = (...args) =>
    spawnSync(process.execPath, [path.join(packed, 'dist', 'cli.js'), ...args], {
      cwd: packed,
      encoding: 'utf8',
    });
  return [
    {
      title: 'the packed command line says its version',
      check: async () => {
        await runTool(npm, ['pack', '--ignore-scripts', '--pack-destination', folder], {
          cwd: ROOT,
          shell: npm.endsWith('.cmd'),
        });
        const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
        await runTool('tar', ['-xf', archive], { cwd: folder });
        const { status, stdout, stderr } = offloop('--version');
        assert.deepEqual([status, stderr], [0, '']);
        assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
      },
      chain: 'tarball',
    },
    {
      title: 'the packed command line checks a report file',
      check: () => {
        const { status, stderr } = offloop('compare', 'package.json', 'package.json');
        assert.match(stderr, /package\.json is not a report\. In it, the file must have/);
        assert.equal(status, 2);
      },
      chain: 'tarball',
    },
    {
      title: 'the packed command line reads source',
      check: () => {
        const { status, stderr } = offloop('scan', path.join(ROOT, 'demo'));
        assert.deepEqual([status, stderr], [0, '']);
      },
      chain: 'tarball',
    },
  ];
}
