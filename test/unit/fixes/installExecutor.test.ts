import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installExecutor, isInstalled } from '../../../src/fixes/installExecutor.ts';
import { packageManagerOf } from '../../../src/fixes/packageManager.ts';

const name = '@offloop/executor';
const manifest = '{\n  "name": "app"\n}\n';
const path = process.env['PATH'] ?? '';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-install-'));
  await writeFile(join(folder, 'package.json'), manifest);
});

afterEach(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true });
});

/** A package manager that runs a script in the folder; the real ones are tried in the editor. */
async function manager(program: string, script: string): Promise<void> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, program), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, program), 0o755);
  process.env['PATH'] = `${bin}${delimiter}${path}`;
}

const added = (): { path: string; before: Buffer | null; after: Buffer }[] => [
  { path: join(folder, 'vendor', 'executor.tgz'), before: null, after: Buffer.from('packed') },
  {
    path: join(folder, 'package.json'),
    before: Buffer.from(manifest),
    after: Buffer.from('{ "dependencies": {} }\n'),
  },
];

function install(signal = new AbortController().signal): Promise<unknown> {
  return installExecutor({ folder, name, files: added(), signal, onOutput: () => undefined });
}

const putInPlace =
  'mkdir -p node_modules/@offloop/executor; echo {} > node_modules/@offloop/executor/package.json';

/** What the folder holds, without what the manager installed. */
async function held(): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((each) => !['bin', 'node_modules'].includes(each)).sort();
}

describe('the package manager of a project', () => {
  it.each([
    ['package-lock.json', 'npm'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['bun.lockb', 'bun'],
  ])('is told by %s, also above a package of a workspace', async (file, expected) => {
    await writeFile(join(folder, file), '');
    const inner = join(folder, 'packages', 'a');
    await mkdir(inner, { recursive: true });
    await writeFile(join(inner, 'package.json'), '{}');
    expect(await packageManagerOf(folder)).toBe(expected);
    expect(await packageManagerOf(inner)).toBe(expected);
  });

  it('is the one that package.json names, whatever lock file is there', async () => {
    await writeFile(join(folder, 'package.json'), '{ "packageManager": "pnpm@9.1.0" }');
    await writeFile(join(folder, 'package-lock.json'), '{}');
    expect(await packageManagerOf(folder)).toBe('pnpm');
  });

  it('is npm where nothing tells', async () => {
    expect(await packageManagerOf(folder)).toBe('npm');
  });
});

describe('installing the executor', () => {
  it.each([
    ['npm', 'package-lock.json', 'install --no-audit --no-fund'],
    ['pnpm', 'pnpm-lock.yaml', 'install --no-frozen-lockfile'],
    ['yarn', 'yarn.lock', 'install'],
    ['bun', 'bun.lock', 'install'],
  ])('runs %s in the folder of the package once package.json names it', async (program, lock, args) => {
    await writeFile(join(folder, lock), 'old');
    await manager(program, `${putInPlace}; cp package.json seen; echo "$@" > arguments; echo new > ${lock}`);
    await install();
    expect(await readFile(join(folder, 'seen'), 'utf8')).toBe('{ "dependencies": {} }\n');
    expect((await readFile(join(folder, 'arguments'), 'utf8')).trim()).toBe(args);
    expect(await readFile(join(folder, lock), 'utf8')).toBe('new\n');
    expect(await isInstalled(join(folder, 'src', 'routes'), name)).toBe(true);
  });

  it.each([
    [
      'ends with an error',
      'echo changed > package-lock.json; echo "npm error code E404" >&2; exit 1',
      /exit code 1 \(code E404\)/,
    ],
    ['does not bring it', 'echo changed > package-lock.json', /is not there/],
  ])('changes nothing when npm %s, and says why', async (_what, script, message) => {
    await writeFile(join(folder, 'package-lock.json'), 'old');
    await manager('npm', script);
    await expect(install()).rejects.toThrow(message);
    expect(await held()).toEqual(['package-lock.json', 'package.json']);
    expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe(manifest);
    expect(await readFile(join(folder, 'package-lock.json'), 'utf8')).toBe('old');
  });

  it('changes nothing when the package manager is not there', async () => {
    await writeFile(join(folder, 'pnpm-lock.yaml'), 'old');
    process.env['PATH'] = join(folder, 'nothing');
    await expect(install()).rejects.toThrow('pnpm is not on the PATH');
    expect(await held()).toEqual(['package.json', 'pnpm-lock.yaml']);
  });

  it('changes nothing when it is cancelled, and ends the package manager', async () => {
    const stop = new AbortController();
    await manager('npm', 'echo started; echo new > package-lock.json; sleep 60 & wait');
    const running = installExecutor({
      folder,
      name,
      files: added(),
      signal: stop.signal,
      onOutput: () => {
        stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await held()).toEqual(['package.json']);
    expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe(manifest);
  });

  it('can be taken back', async () => {
    await manager('npm', `${putInPlace}; echo new > package-lock.json`);
    const { revert } = await installExecutor({
      folder,
      name,
      files: added(),
      signal: new AbortController().signal,
      onOutput: () => undefined,
    });
    await revert();
    expect(await held()).toEqual(['package.json']);
  });
});
