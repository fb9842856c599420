import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixIn, makeProject, run, showFunction, someNodes } from './fixProject.ts';

/** One blocking call each; `dir` holds a.txt ("hello"), a link to it, and an empty folder. */
const expressions: readonly string[] = [
  "fs.readFileSync(dir + '/a.txt')",
  "fs.readFileSync(dir + '/a.txt', 'utf8')",
  "fs.readFileSync(dir + '/a.txt', { encoding: 'latin1', flag: 'r' })",
  "fs.readFileSync(dir + '/none.txt')",
  'fs.readFileSync(dir)',
  "fs.writeFileSync(dir + '/b.txt', 'text')",
  "fs.appendFileSync(dir + '/b.txt', ' more')",
  "fs.accessSync(dir + '/none.txt')",
  "fs.accessSync(dir + '/a.txt')",
  "fs.existsSync(dir + '/a.txt')",
  "fs.existsSync(dir + '/none.txt')",
  'fs.existsSync(undefined)',
  "fs.copyFileSync(dir + '/a.txt', dir + '/c.txt')",
  "fs.cpSync(dir + '/a.txt', dir + '/d.txt')",
  "fs.mkdirSync(dir + '/x/y', { recursive: true }).slice(dir.length)",
  "fs.mkdirSync(dir + '/empty')",
  'fs.readdirSync(dir).length > 3',
  'fs.readdirSync(dir, { withFileTypes: true }).map((each) => each.isDirectory()).includes(true)',
  "fs.readlinkSync(dir + '/link')",
  "fs.realpathSync(dir + '/link').slice(-5)",
  "fs.realpathSync.native(dir + '/link').slice(-5)",
  "fs.renameSync(dir + '/c.txt', dir + '/e.txt')",
  "fs.symlinkSync('a.txt', dir + '/link2')",
  "fs.linkSync(dir + '/a.txt', dir + '/hard')",
  "fs.truncateSync(dir + '/d.txt', 2)",
  "fs.chmodSync(dir + '/d.txt', 0o600)",
  "fs.utimesSync(dir + '/d.txt', 1, 1)",
  "fs.statSync(dir + '/d.txt').isFile()",
  "fs.statSync(dir + '/none')",
  "fs.lstatSync(dir + '/link').isSymbolicLink()",
  'typeof fs.statfsSync(dir).bsize',
  "fs.mkdtempSync(dir + '/t-').length - dir.length",
  'fs.opendirSync(dir).constructor.name',
  "typeof fs.openSync(dir + '/a.txt')",
  "fs.openSync(dir + '/none')",
  'fs.readSync(opened, Buffer.alloc(3))',
  'fs.fstatSync(opened).size',
  "fs.writeSync(written, 'twelve bytes')",
  "fs.writevSync(written, [Buffer.from('a'), Buffer.from('bc')])",
  'fs.fsyncSync(written)',
  'fs.ftruncateSync(written, 4)',
  'fs.futimesSync(written, 1, 1)',
  'fs.closeSync(written)',
  'fs.closeSync(9999)',
  "fs.rmSync(dir + '/none')",
  "fs.rmSync(dir + '/x', { recursive: true, force: true })",
  "fs.rmdirSync(dir + '/empty')",
  "fs.unlinkSync(dir + '/d.txt')",
  "crypto.pbkdf2Sync('a', 'b', 10, 16, 'sha256')",
  "crypto.pbkdf2Sync('a', 'b', 10, 16, 'none')",
  "crypto.scryptSync('a', 'b', 16)",
  "crypto.scryptSync('a', 'b', 16, { N: 3 })",
  "crypto.hkdfSync('sha256', 'key', 'salt', 'info', 16)",
  'crypto.checkPrimeSync(13n)',
  'crypto.generatePrimeSync(32, { bigint: true }) > 0n',
  "crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.type",
  "crypto.generateKeySync('hmac', { length: 64 }).type",
  'crypto.randomFillSync(Buffer.alloc(4)).length',
  'crypto.randomBytes(5).length',
  'crypto.randomInt(3, 4)',
  "crypto.sign('sha256', Buffer.from('x'), rsa.privateKey).length",
  "crypto.verify('sha256', Buffer.from('x'), rsa.publicKey, Buffer.alloc(256))",
  "zlib.gzipSync('abc').subarray(0, 8)",
  'zlib.gunzipSync(zipped)',
  "zlib.gunzipSync('no gzip')",
  "zlib.deflateSync('abc', { level: 1 })",
  'zlib.inflateRawSync(raw)',
  'zlib.unzipSync(zipped)',
  "zlib.deflateRawSync(Buffer.from('abc'))",
  'zlib.inflateSync(deflated)',
  "zlib.brotliCompressSync('abc')",
  'zlib.brotliDecompressSync(brotli)',
  "cp.execSync('echo one; echo two', { encoding: 'utf8' })",
  "cp.execSync('echo one')",
  "cp.execSync('pwd', { cwd: dir, env: { PATH: process.env.PATH } }).length - dir.length",
  "cp.execFileSync(process.execPath, ['-p', '6 * 7'], { encoding: 'utf8' })",
  "cp.execFileSync('no-such-program', [], { encoding: 'utf8' })",
  'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)',
];

const program = (): string => `const fs = require('fs');
const crypto = require('crypto');
const zlib = require('zlib');
const cp = require('child_process');
const dir = process.argv[2];
const [opened, written] = [fs.openSync(dir + '/a.txt'), fs.openSync(dir + '/w.txt', 'w')];
const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
const [zipped, raw, deflated, brotli] = [zlib.gzipSync('abc'), zlib.deflateRawSync('abc'), zlib.deflateSync('abc'), zlib.brotliCompressSync('abc')];
${showFunction}
const cases = [
${expressions.map((each) => `  async (dir) => ${each},`).join('\n')}
];
(async () => {
  for (const [index, each] of cases.entries()) {
    console.log(index, await each(dir).then(show, show));
  }
})();
`;

async function scene(root: string, name: string): Promise<string> {
  const dir = join(root, name);
  await mkdir(join(dir, 'empty'), { recursive: true });
  await writeFile(join(dir, 'a.txt'), 'hello');
  await symlink('a.txt', join(dir, 'link'));
  return dir;
}

describe('async twins of a real program', () => {
  it.each(someNodes)('give the same results and errors as the blocking calls (%s)', async (node) => {
    await using project = await makeProject({ 'program.js': program() });
    const before = await run(node, project.root, 'program.js', await scene(project.root, 'x'));
    const left = await fixEveryCase(project);
    const text = await readFile(join(project.root, 'program.js'), 'utf8');
    expect(left).toEqual([]);
    expect(text.slice(text.indexOf('const cases'))).not.toMatch(/\b(fs|zlib|crypto|cp)\.\w+Sync\(/);
    const after = await run(node, project.root, 'program.js', await scene(project.root, 'y'));
    const readable = (output: string): readonly string[] =>
      // The syscall of a failed start is called spawnSync or spawn: the one difference.
      output
        .replaceAll(/\/[xy]\b/g, '/dir')
        .replaceAll('spawnSync', 'spawn')
        .split('\n');
    expect(readable(after)).toEqual(readable(before));
  });
});

/** Fixes one case after the other where it stands now; returns those that were refused. */
async function fixEveryCase(project: Awaited<ReturnType<typeof makeProject>>): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const expression of expressions) {
    const lines = (await readFile(join(project.root, 'program.js'), 'utf8')).split('\n');
    const line = lines.indexOf(`  async (dir) => ${expression},`) + 1;
    const { json } = await fixIn(project, 'program.js', line, 'async');
    if (json.refusal !== null) refused.push(`${expression}: ${json.refusal.code}`);
  }
  return refused;
}
