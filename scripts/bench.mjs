// npm run bench -- <name> [options]: runs one bench; its figures go to standard output.
// npm run bench lists the names; npm run bench -- <name> --help says what a bench measures and its options.
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { obtainNodes } from './nodes.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/** Benches of the packages, which have scripts of their own: the file and how npm runs it. */
const ofPackages = {
  executor: { file: 'packages/executor/bench/bench.mjs', run: ['bench', '-w', 'packages/executor'] },
  offload: {
    file: 'packages/executor/bench/offloadOrNot.mjs',
    run: ['bench:offload', '-w', 'packages/executor'],
  },
  queue: {
    file: 'packages/executor-bullmq/bench/bench.mts',
    run: ['bench', '-w', 'packages/executor-bullmq'],
  },
};

/** All benches: name → file. */
async function benchFiles() {
  const own = (await readdir('bench')).filter((file) => /\.(ts|mjs)$/.test(file));
  return {
    ...Object.fromEntries(own.map((file) => [file.replace(/\.\w+$/, ''), join('bench', file)])),
    ...Object.fromEntries(Object.entries(ofPackages).map(([name, { file }]) => [name, file])),
  };
}

/** What the comment at the top of a bench says: what it measures, then its options. */
async function helpOf(file) {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ''));
}

async function listBenches(files) {
  console.log('npm run bench -- <name> [options], with one of these names:\n');
  for (const [name, file] of Object.entries(files)) {
    const [first] = (await helpOf(file)).join(' ').split(/(?<=\.) /);
    console.log(`  ${name.padEnd(13)} ${first}`);
  }
  console.log('\nnpm run bench -- <name> --help shows the options of one.');
}

/** Runs the bench of a package by its npm script; answers with its exit code. */
function runInPackage(args, rest) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(npm, ['run', '--silent', ...args, '--', ...rest], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Bundles a bench that is written in TypeScript, and runs it in this process. */
async function runTypeScript(name, file) {
  // Below the packages, so that they are found from there.
  const folder = join(root, 'node_modules', '.cache', `offloop-bench-${process.pid}`);
  const outfile = join(folder, `${name}.mjs`);
  await mkdir(folder, { recursive: true });
  try {
    await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      logLevel: 'error',
    });
    await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [name, ...rest] = process.argv.slice(2);
const files = await benchFiles();
const file = files[name];
if (name === undefined || name === '--help') await listBenches(files);
else if (file === undefined) {
  console.error(`There is no bench ${name}. Names: ${Object.keys(files).join(', ')}.`);
  process.exitCode = 2;
} else if (rest.includes('--help')) console.log((await helpOf(file)).join('\n'));
else if (name in ofPackages) process.exitCode = await runInPackage(ofPackages[name].run, rest);
else {
  process.env.OFFLOOP_NODES ??= (await obtainNodes(console.error)).join(delimiter);
  process.argv = [process.argv[0], name, ...rest];
  await (file.endsWith('.mjs') ? import(pathToFileURL(file).href) : runTypeScript(name, file));
}
