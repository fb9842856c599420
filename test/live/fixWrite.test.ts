import { chmod, lstat, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fixFile } from '../../src/fixes/fix.ts';
import { writeAll } from '../../src/fixes/fixWrite.ts';
import { fixIn, makeProject } from './fixProject.ts';
import type { Project } from './fixProject.ts';

const blocking = `const fs = require('fs');\nexports.load = async (path) => fs.readFileSync(path);\n`;
const crypto = `const crypto = require('crypto');\nexports.key = async (a) => crypto.scryptSync(a, 'salt', 32);\n`;

const read = (project: Project, name: string): Promise<string> => readFile(join(project.root, name), 'utf8');

/** A tarball as npm packs it, holding a package.json only. */
function packed(version: string): Buffer {
  const body = Buffer.from(JSON.stringify({ name: '@offloop/executor', version }));
  const header = Buffer.alloc(512);
  header.write('package/package.json', 0);
  header.write(body.length.toString(8).padStart(11, '0'), 124);
  return gzipSync(Buffer.concat([header, body, Buffer.alloc(512 - body.length), Buffer.alloc(1024)]));
}

describe('writing a fix', () => {
  it('writes nothing unless asked, and gives the diff and the JSON', async () => {
    await using project = await makeProject({ 'load.js': blocking });
    const { json, diff } = await fixFile({
      root: project.root,
      file: 'load.js',
      line: 2,
      column: null,
      kind: null,
      write: false,
      executorTarball: null,
      executorModule: '@offloop/executor',
    });
    expect(await read(project, 'load.js')).toBe(blocking);
    expect(json).toMatchObject({ kind: 'async', applied: false, refusal: null, dependency: null });
    expect(json.edits).toEqual([
      {
        file: 'load.js',
        before: blocking,
        after: blocking.replace('fs.readFileSync', 'await fs.promises.readFile'),
      },
    ]);
    expect(diff).toBe(`--- a/load.js
+++ b/load.js
@@ -1,2 +1,2 @@
 const fs = require('fs');
-exports.load = async (path) => fs.readFileSync(path);
+exports.load = async (path) => await fs.promises.readFile(path);
`);
  });

  it('keeps the mode and a symbolic link, and leaves no temporary file', async () => {
    await using project = await makeProject({ 'real.js': blocking });
    await chmod(join(project.root, 'real.js'), 0o751);
    await symlink('real.js', join(project.root, 'link.js'));
    await fixIn(project, 'link.js', 2, 'async');
    expect((await lstat(join(project.root, 'link.js'))).isSymbolicLink()).toBe(true);
    expect((await stat(join(project.root, 'real.js'))).mode & 0o777).toBe(0o751);
    expect(await read(project, 'real.js')).toContain('fs.promises.readFile');
    expect((await readdir(project.root)).sort()).toEqual(['link.js', 'real.js']);
  });

  it('keeps a byte order mark and CRLF', async () => {
    const text = `\uFEFF${blocking.replaceAll('\n', '\r\n')}`;
    await using project = await makeProject({ 'load.js': text });
    await fixIn(project, 'load.js', 2, 'async');
    expect(await read(project, 'load.js')).toBe(
      text.replace('fs.readFileSync', 'await fs.promises.readFile'),
    );
  });

  it('writes nothing when the fix is refused, and says where the reason stands', async () => {
    const text = blocking.replace('load = async ', 'loadSync = ');
    await using project = await makeProject({ 'load.js': text });
    const { json, diff } = await fixIn(project, 'load.js', 2, 'async');
    expect(json).toMatchObject({
      applied: false,
      edits: [],
      refusal: { code: 'caller-cannot-become-async', file: 'load.js', line: 2 },
    });
    expect(diff).toBe('');
    expect(await read(project, 'load.js')).toBe(text);
  });

  it('refuses files outside the project, of dependencies, missing ones and binary ones', async () => {
    await using project = await makeProject({ 'data.js': '' });
    await mkdir(join(project.root, 'node_modules', 'x'), { recursive: true });
    await writeFile(join(project.root, 'node_modules', 'x', 'index.js'), blocking);
    await writeFile(join(project.root, 'data.js'), Buffer.from([0xff, 0xfe, 0x00]));
    const messageOf = (file: string): Promise<string> =>
      fixIn(project, file, 1, 'async').then(
        () => 'fixed',
        (error: unknown) => (error as Error).message,
      );
    expect(await messageOf('../outside.js')).toContain('outside the project');
    expect(await messageOf('node_modules/x/index.js')).toContain('dependency');
    expect(await messageOf('none.js')).toContain('does not exist');
    expect(await messageOf('data.js')).toContain('UTF-8');
  });

  it('writes all files or none when one of them changed meanwhile or cannot be written', async () => {
    await using project = await makeProject({ 'a.txt': 'a', 'b.txt': 'b', file: '' });
    const at = (name: string): string => join(project.root, name);
    const a = { path: at('a.txt'), before: Buffer.from('a'), after: Buffer.from('A') };
    const stale = { path: at('b.txt'), before: Buffer.from('x'), after: Buffer.from('B') };
    await expect(writeAll([a, stale])).rejects.toThrow('changed while the fix was computed');
    const impossible = { path: at('file/below.txt'), before: null, after: Buffer.from('') };
    await expect(writeAll([a, impossible])).rejects.toThrow();
    expect([await read(project, 'a.txt'), await read(project, 'b.txt')]).toEqual(['a', 'b']);
  });
});

describe('a fix on top of others that are not written yet', () => {
  const lib = `import { readFileSync } from 'node:fs';\nexport function load(path) {\n  return readFileSync(path);\n}\n`;
  const caller = `import { load } from './lib.js';\nexport const run = async () => load('x');\n`;

  it('starts from what they made, and sees the callers in files that they add', async () => {
    await using project = await makeProject({ 'lib.js': '', 'package.json': '{ "type": "module" }' });
    const pendingFile = (name: string, before: string | null, after: string) => {
      const path = join(project.root, name);
      return [
        path,
        { path, before: before === null ? null : Buffer.from(before), after: Buffer.from(after) },
      ] as const;
    };
    const { json, files } = await fixFile({
      root: project.root,
      file: 'lib.js',
      line: 3,
      column: null,
      kind: 'async',
      write: false,
      executorTarball: null,
      executorModule: '@offloop/executor',
      pending: new Map([pendingFile('lib.js', '', lib), pendingFile('run.js', null, caller)]),
    });
    expect(json.refusal).toBeNull();
    expect(json.edits).toEqual([
      { file: 'lib.js', before: lib, after: expect.stringContaining('export async function load') as string },
      { file: 'run.js', before: caller, after: caller.replace("load('x')", "await load('x')") },
    ]);
    expect(files.map(({ before }) => before?.toString())).toEqual([lib, caller]);
    expect(await readdir(project.root)).not.toContain('run.js');
  });
});

describe('the executor as a dependency', () => {
  const manifest = `{\n    "name": "demo",\n    "dependencies": {\n        "express": "^5.0.0"\n    }\n}\n`;
  const lock = `{\n  "name": "demo",\n  "lockfileVersion": 3,\n  "packages": {\n    "": {\n      "name": "demo",\n      "dependencies": {\n        "express": "^5.0.0"\n      }\n    },\n    "node_modules/express": {\n      "version": "5.0.0"\n    }\n  }\n}\n`;

  async function fixedProject(files: Readonly<Record<string, string>>) {
    const project = await makeProject({ 'key.js': crypto, ...files });
    const tarball = join(project.root, 'packed.tgz');
    await writeFile(tarball, packed('0.1.0'));
    return { project, tarball, fix: await fixIn(project, 'key.js', 2, 'thread', tarball) };
  }

  it('is vendored as a tarball and named in package.json in its own layout', async () => {
    const { project, tarball, fix } = await fixedProject({ 'package.json': manifest });
    await using _ = project;
    expect(fix.json.dependency).toEqual({
      name: '@offloop/executor',
      spec: 'file:vendor/offloop-executor-0.1.0.tgz',
    });
    expect(await read(project, 'package.json')).toBe(
      manifest.replace(
        '        "express"',
        '        "@offloop/executor": "file:vendor/offloop-executor-0.1.0.tgz",\n        "express"',
      ),
    );
    expect(await readFile(join(project.root, 'vendor', 'offloop-executor-0.1.0.tgz'))).toEqual(
      await readFile(tarball),
    );
    expect(fix.json.edits.map(({ file }) => file)).toEqual(['package.json', 'key.js']);
  });

  it('is locked with its integrity where npm keeps a lock file', async () => {
    const { project, tarball } = await fixedProject({ 'package.json': manifest, 'package-lock.json': lock });
    await using _ = project;
    const { packages } = JSON.parse(await read(project, 'package-lock.json')) as {
      readonly packages: Record<string, { readonly integrity?: string; readonly dependencies?: object }>;
    };
    const integrity = createHash('sha512')
      .update(await readFile(tarball))
      .digest('base64');
    expect(packages['node_modules/@offloop/executor']).toMatchObject({
      version: '0.1.0',
      resolved: 'file:vendor/offloop-executor-0.1.0.tgz',
      integrity: `sha512-${integrity}`,
    });
    expect(packages['']?.dependencies).toHaveProperty('@offloop/executor');
  });

  it('is not added twice', async () => {
    const { project, tarball } = await fixedProject({ 'package.json': manifest });
    await using _ = project;
    await writeFile(join(project.root, 'other.js'), crypto);
    const again = await fixIn(project, 'other.js', 2, 'thread', tarball);
    expect(again.json.dependency).toBeNull();
    expect(again.json.edits.map(({ file }) => file)).toEqual(['other.js']);
  });

  it('makes the dependencies when there are none, and says so when there is no package.json', async () => {
    const { project } = await fixedProject({ 'package.json': '{ "name": "bare" }' });
    await using _ = project;
    expect(JSON.parse(await read(project, 'package.json'))).toEqual({
      name: 'bare',
      dependencies: { '@offloop/executor': 'file:vendor/offloop-executor-0.1.0.tgz' },
    });
    const without = await fixedProject({});
    await using __ = without.project;
    expect(without.fix.json.dependency).toBeNull();
    expect(without.fix.json.warnings.join()).toContain('package.json');
  });

  it('does not touch anything when package.json is broken', async () => {
    await using project = await makeProject({ 'key.js': crypto, 'package.json': '{ "name": ' });
    const tarball = join(project.root, 'packed.tgz');
    await writeFile(tarball, packed('0.1.0'));
    await expect(fixIn(project, 'key.js', 2, 'thread', tarball)).rejects.toThrow('not valid JSON');
    expect(await read(project, 'key.js')).toBe(crypto);
  });
});
