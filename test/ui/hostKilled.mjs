import assert from 'node:assert/strict';
import { eventually } from './support/eventually.mjs';
import { descendantsOf, isProfiled } from './support/processes.mjs';

/** Nobody is left to detach politely: the recorder has to notice by itself. */
const STOPPED_WITHIN_MS = 10_000;

/**
 * The extension host dies while a session records (the story leaves one recording).
 * @param {object} stage
 * @param {Awaited<ReturnType<typeof import('../../scripts/host/codeServer.mjs').startCodeServer>>} stage.server
 * @param {Awaited<ReturnType<typeof import('../../scripts/host/demoShop.mjs').startDemo>>} stage.shop
 * @returns {import('./support/runChecks.mjs').Check[]}
 */
export function hostKilledChecks({ server, shop }) {
  return [
    {
      title: 'killed with SIGKILL while recording, the extension host leaves no profiler in the target',
      check: async () => {
        const target = await processOf(shop.pid, /server\.js/);
        const host = await processOf(server.pid, /--type=extensionHost/);
        const recorder = await processOf(host, /offloop-recorder\.js/);
        await eventually('the target is profiled', () => isProfiled(target));
        const killedAt = performance.now();
        process.kill(host, 'SIGKILL');
        await eventually('the profiler stops', async () => !(await isProfiled(target)), STOPPED_WITHIN_MS);
        const tookMs = performance.now() - killedAt;
        console.log(`    the profiler stopped ${tookMs.toFixed(0)} ms after the extension host was killed`);
        await eventually('the recorder ends', () => !isAlive(recorder), STOPPED_WITHIN_MS);
        assert.equal((await fetch(`${shop.url}/ping`)).status, 200);
      },
    },
  ];
}

/**
 * @param {number} root
 * @param {RegExp} command
 */
async function processOf(root, command) {
  const all = await descendantsOf(root);
  const found = all.find((process) => command.test(process.command));
  assert.ok(found, `no process ${String(command)} among:\n${all.map((one) => one.command).join('\n')}`);
  return found.pid;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}
