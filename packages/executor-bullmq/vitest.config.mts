import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'executor-bullmq',
    root: import.meta.dirname,
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Files wait for other processes most of the time, each with a Redis of its own.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Threads load the packages as users do, from node_modules; the tests must hold the same copies.
    server: {
      deps: {
        external: [/@offloop\/executor/, /packages\/executor(?:-bullmq)?\/dist/, /\.worker\.[mc]?js$/],
      },
    },
  },
});
