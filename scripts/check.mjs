// npm run check: format, types, layers, dead code and type-aware lint of everything that is checked in.
// Prints what is wrong, then `N passed, N failed` (one per check).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackages } from './buildExecutor.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tool = (path) => join(root, 'node_modules', path);

const tsc = (project) => ({
  name: `types of ${project}`,
  args: [tool('typescript/bin/tsc'), '--noEmit', '-p', project],
});

/** Cheap ones first; the lint takes longest. */
const checks = [
  { name: 'generated files', args: ['scripts/generate.mjs', '--check'] },
  {
    name: 'layers',
    args: [
      tool('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
    ].concat('src', 'media', 'packages/executor/src', 'packages/executor-bullmq/src'),
  },
  { name: 'dead code', args: [tool('knip/bin/knip.js'), '--no-config-hints'] },
  { name: 'format', args: [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  tsc('src/injected/tsconfig.json'),
  tsc('media/timeline/tsconfig.json'),
  tsc('packages/executor/tsconfig.json'),
  tsc('packages/executor-bullmq/tsconfig.json'),
  tsc('tsconfig.json'),
  { name: 'lint', args: [tool('eslint/bin/eslint.js'), '--max-warnings', '0', '.'] },
];

/** How many checks run at a time: each is one busy thread. */
const atOnce = 2;

/** Runs one check; its output appears in one piece and only when it fails. */
function run({ name, args }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output += String(chunk));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => keep(error.message));
    child.once('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (code !== 0) console.log(output.trim());
      resolve(code === 0);
    });
  });
}

const waiting = [...checks];
const results = [];
async function runSome() {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.push(await run(next));
}
// Tests import the executor as users do, by its declarations.
await buildPackages();
await Promise.all(Array.from({ length: atOnce }, runSome));

const failed = results.filter((passed) => !passed).length;
process.exitCode = failed === 0 ? 0 : 1;
console.log(`${results.length - failed} passed, ${failed} failed`);
