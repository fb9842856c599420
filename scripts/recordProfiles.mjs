// Records the corpus in test/fixtures/profiles: every program of test/fixtures/programs under every tested Node, with
// what it planted written beside its profile. Run it on a quiet machine when a Node line is added.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { runTool } from './host/runTool.mjs';
import { obtainNodes } from './nodes.mjs';

const fixtures = fileURLToPath(new URL('../test/fixtures/', import.meta.url));
const programs = join(fixtures, 'programs');
/** Where the profiles say that the programs lay, so that they do not name this machine's folders. */
const application = 'file:///app';
/** Sampling interval, µs: coarse enough for small files. */
const interval = 2000;

/** Compiles a program in TypeScript to what runs, with its source map beside it. */
async function compile(program) {
  const out = program.replace(/\.ts$/, '.cjs');
  const options = {
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    sourcemap: 'linked',
    sourcesContent: false,
  };
  await build({
    entryPoints: [join(programs, program)],
    outfile: join(programs, out),

    ...options,
  });
  return out;
}

/** The 1-based line and column of the planted call, by the marker `plant('cause', 'callee', () => call`. */
function placeOf(source, { cause, callee }) {
  const lines = source.split('\n');
  const marker = `plant('${cause}', '${callee}', () => `;
  const line = lines.findIndex((text) => text.startsWith(marker));
  if (line === -1) throw new Error(`The program has no ${marker}`);
  return { line: line + 1, column: marker.length + 1 };
}

function scrub(profile) {
  const here = pathToFileURL(programs).href;
  for (const { callFrame } of profile.nodes) callFrame.url = callFrame.url.replace(here, application);
  return profile;
}

async function record(node, program) {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-record-'));
  try {
    const log = join(folder, 'log.json');
    const options = ['--cpu-prof', `--cpu-prof-interval=${interval}`, `--cpu-prof-dir=${folder}`];
    await runTool(node, [...options, join(programs, program), log], { env: {} });
    const name = (await readdir(folder)).find((file) => file.endsWith('.cpuprofile'));
    const profile = scrub(JSON.parse(await readFile(join(folder, name), 'utf8')));
    return { profile, log: JSON.parse(await readFile(log, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the program planted, on the profile's own time, ms. */
function plantedBlocks(source, profile, log) {
  return log.map(({ cause, callee, startUs, durationUs }) => ({
    cause,
    callee,
    ...placeOf(source, { cause, callee }),
    startMs: Math.round((startUs - profile.startTime) / 100) / 10,
    durationMs: Math.round(durationUs / 100) / 10,
  }));
}

/** The programs as they are written; what is compiled from TypeScript is not listed twice. */
async function sources() {
  const names = await readdir(programs);
  return names.filter(
    (name) => name.endsWith('.ts') || (name.endsWith('.cjs') && !names.includes(name.replace('.cjs', '.ts'))),
  );
}

for (const node of await obtainNodes((line) => console.log(line))) {
  const version = (await runTool(node, ['--version'])).trim();
  const folder = join(fixtures, 'profiles', /^v\d+/.exec(version)[0]);
  await mkdir(folder, { recursive: true });
  for (const written of await sources()) {
    const source = await readFile(join(programs, written), 'utf8');
    const { profile, log } = await record(node, written.endsWith('.ts') ? await compile(written) : written);
    const name = join(folder, parse(written).name);
    await writeFile(`${name}.cpuprofile`, `${JSON.stringify(profile)}\n`);
    const expected = { node: version, file: written, blocks: plantedBlocks(source, profile, log) };
    await writeFile(`${name}.expected.json`, `${JSON.stringify(expected, null, 2)}\n`);
    console.log(`${version}: ${written}, ${log.length} blocks, ${profile.samples.length} samples`);
  }
}
