// Runs a bench that is written in TypeScript: npm run bench -- <name> [arguments]. Figures go to stdout.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { obtainNodes } from './nodes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [name, ...rest] = process.argv.slice(2);
// Below the packages, so that they are found from there.
const folder = join(root, 'node_modules', '.cache', `offloop-bench-${process.pid}`);
process.chdir(root);
if (name === undefined || !existsSync(join('bench', `${name}.ts`))) {
  const files = await readdir('bench');
  const names = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
  console.error(`Usage: npm run bench -- <name> [arguments]. Names: ${names.join(', ')}.`);
  process.exit(2);
}
process.env.OFFLOOP_NODES ??= (await obtainNodes(console.error)).join(delimiter);
const outfile = join(folder, `${name}.mjs`);
await mkdir(folder, { recursive: true });
try {
  await build({
    entryPoints: [join(root, 'bench', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  process.argv = [process.argv[0], name, ...rest];
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(folder, { recursive: true, force: true });
}
