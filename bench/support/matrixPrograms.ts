import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What kind of program is attached to. */
export const programKinds = ['commonjs', 'esm', 'worker', 'cluster', 'tsx', 'strip-types'] as const;
export type ProgramKind = (typeof programKinds)[number];

const block = `
function plantedBlock() {
  const end = Date.now() + 80;
  let rounds = 0;
  while (Date.now() < end) rounds += Math.sqrt(rounds + 1);
  return rounds;
}
function tick() {
  plantedBlock();
}
const start = () => { setInterval(tick, 160); console.log('ready ' + JSON.stringify({ pid: process.pid })); };
`;
const typed = `
interface Shape {
  readonly name: string;
  readonly size: number;
}
type Shapes = readonly Shape[];
const shapes: Shapes = [{ name: 'a', size: 1 }];
${block.replace('function plantedBlock()', 'function plantedBlock(): number').replace('function tick()', 'function tick(): void')}
if (shapes.length > 0) start();
`;

const sources: Readonly<Record<ProgramKind, { readonly file: string; readonly text: string }>> = {
  commonjs: { file: 'app.cjs', text: `${block}\nrequire('node:fs');\nstart();\n` },
  esm: { file: 'app.mjs', text: `import 'node:fs';\n${block}\nstart();\n` },
  worker: {
    file: 'app.cjs',
    text: `const { Worker, isMainThread } = require('node:worker_threads');\n${block}\nif (isMainThread) new Worker(__filename);\nelse start();\n`,
  },
  cluster: {
    file: 'app.cjs',
    text: `const cluster = require('node:cluster');\n${block}\nif (cluster.isPrimary) cluster.fork();\nelse start();\n`,
  },
  tsx: { file: 'app.ts', text: typed },
  'strip-types': { file: 'app.ts', text: typed },
};

/** Writes a program of a kind into a folder of its own. */
export async function writeProgram(
  kind: ProgramKind,
): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-matrix-'));
  const { file, text } = sources[kind];
  await writeFile(join(folder, file), text);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'app', version: '1.0.0', type: file.endsWith('.ts') ? 'module' : 'commonjs' }),
  );
  return { folder, file };
}

/** 1-based line of the planted function in a program of a kind. */
export const plantedLine = (kind: ProgramKind): number =>
  sources[kind].text.split('\n').findIndex((line) => line.startsWith('function plantedBlock')) + 1;
