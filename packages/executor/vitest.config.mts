import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'executor',
    root: import.meta.dirname,
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Workers of the executor load the package as users do, from node_modules; the tests must hold the same copy.
    server: { deps: { external: [/@offloop\/executor/, /packages\/executor\/dist/, /\.worker\.[mc]?js$/] } },
  },
});
