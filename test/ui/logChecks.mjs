import assert from 'node:assert/strict';
import { errorsOfOffloop } from '../editor/harness/logErrors.mjs';

/**
 * What the extension host wrote down during the story.
 * @param {Awaited<ReturnType<typeof import('../../scripts/host/codeServer.mjs').startCodeServer>>} server
 * @returns {import('./support/runChecks.mjs').Check[]}
 */
export function logChecks(server) {
  return [
    {
      title: 'the installed package was activated, and the log holds no error about it',
      check: async () => {
        const log = await server.extensionHostLog();
        assert.match(log, /_doActivateExtension offloop\.offloop/);
        assert.deepEqual(errorsOfOffloop(log), []);
      },
    },
  ];
}
