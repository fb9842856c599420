import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Pure code must run without an editor: importing its module is an error, not a missing package. */
const vscode = fileURLToPath(new URL('test/unit/support/noEditor.ts', import.meta.url));

export default defineConfig({
  define: { OFFLOOP_VERSION: JSON.stringify('0.0.0-test') },
  test: {
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        resolve: { alias: { vscode } },
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], maxWorkers: 2, testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          // Real processes on two cores: one file at a time, and time for a busy machine.
          fileParallelism: false,
          // A sampler sees what it sees, and two cores are shared: what is right comes out right by the third recording.
          retry: 2,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
