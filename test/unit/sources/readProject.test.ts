import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readProject } from '../../../src/sources/fixProject.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'offloop-project-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

describe('a project on disk', () => {
  it.each(['package.json/index.js', 'data.json/index.ts', 'main.js/a.js', 'none/a.js', 'main.js'])(
    'has no file below a file, nor any that is not there: %s',
    async (path) => {
      const root = await folderWith({ 'package.json': '{}', 'data.json': '{}', 'main.js': 'x;' });
      const project = readProject(root, join(root, 'main.js'));
      expect(project.read(join(root, path))?.text).toBe(path === 'main.js' ? 'x;' : undefined);
    },
  );

  it.each([
    ['^4.0.0 || ^5.0.0', '5.1.0', '5.1.0'],
    ['*', '4.21.2', '4.21.2'],
    ['^5.0.0', '4.0.0', '4.0.0'],
    ['^4.18.0', null, '^4.18.0'],
    ['^4.18.0', 'broken', '^4.18.0'],
  ])('uses the Express that is installed: range %s, installed %s', async (range, installed, used) => {
    const manifest = JSON.stringify({ dependencies: { express: range, other: '1' } });
    const version = installed === 'broken' ? '{' : JSON.stringify({ version: installed });
    const express = installed === null ? {} : { 'node_modules/express/package.json': version };
    const root = await folderWith({ 'package.json': manifest, 'src/main.js': '', ...express });
    const { dependencies } = readProject(root, join(root, 'src', 'main.js'));
    expect(dependencies).toEqual({ express: used, other: '1' });
  });
});
