import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { startProgram } from './startProgram.ts';

/** One stretch of the target's own record, µs of its clock; `kind` is null for what was not planted. */
export interface Stretch {
  readonly kind: string | null;
  readonly way: string | null;
  readonly startUs: number;
  readonly endUs: number;
  /** CPU time of the thread meanwhile; null where Node cannot tell. */
  readonly cpuUs: number | null;
}

/** A running target that plants blocks on request. */
export interface PlantedTarget extends AsyncDisposable {
  readonly pid: number;
  readonly webSocketUrl: string;
  readonly kinds: readonly string[];
  /** Absolute path of the source in which call sites are expected. */
  readonly sourcePath: string;
  /** The folder that the target runs in. */
  readonly folder: string;
  readonly source: string;
  /** Where a preloaded peer writes what it finds, a JSON object per line; not there when it found nothing. */
  readonly peerLog: string;
  request(path: string): Promise<string>;
  truth(): Promise<readonly Stretch[]>;
}

const sources = join('bench', 'targets');

/** Writes what the target runs: plain JavaScript, or TypeScript compiled with a source map beside it. */
async function compile(folder: string, language: 'js' | 'ts'): Promise<string> {
  for (const name of ['planted.ts', 'plantedWork.ts'])
    await copyFile(join(sources, name), join(folder, name));
  const outfile = join(folder, 'planted.mjs');
  await build({
    entryPoints: [join(folder, 'planted.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    sourcemap: language === 'ts',
    logLevel: 'error',
  });
  return outfile;
}

/**
 * Starts the target under a Node executable, with a file that is loaded before it if one is given; disposing ends it and
 * removes its folder.
 */
export async function startPlanted(
  node: string,
  language: 'js' | 'ts',
  preload?: string,
): Promise<PlantedTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-bench-'));
  const out = await compile(folder, language);
  const peerLog = join(folder, 'peer.jsonl');
  const args = preload === undefined ? [out] : ['--require', preload, out];
  const program = await startProgram(node, args, { cwd: folder, env: { OFFLOOP_PEER_LOG: peerLog } });
  const { port, kinds } = program.ready as { readonly port: number; readonly kinds: readonly string[] };
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const request = (path: string): Promise<string> =>
    answerTo(`http://127.0.0.1:${String(port)}${path}`, agent);
  const sourcePath = join(folder, language === 'js' ? 'planted.mjs' : 'plantedWork.ts');
  return {
    pid: program.pid,
    webSocketUrl: program.webSocketUrl,
    kinds,
    folder,
    sourcePath,
    source: await readFile(sourcePath, 'utf8'),
    peerLog,
    request,
    truth: async () => JSON.parse(await request('/truth')) as readonly Stretch[],
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      await program[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answerTo(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    }).on('error', reject);
  });
}
