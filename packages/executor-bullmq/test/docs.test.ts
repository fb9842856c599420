import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as main from '@offloop/executor-bullmq';
import { publint } from 'publint';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = new URL('..', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const api = read('docs/api.md');

/** The names of the members of an interface in a source file. */
function members(file: string, name: string): string[] {
  const body = new RegExp(`export interface ${name}[^{]*\\{(.*?)\\n\\}`, 's').exec(read(file))?.[1] ?? '';
  return [...body.matchAll(/^ {2}readonly (\w+)/gm)].map((match) => match[1] ?? '');
}

describe('docs/api.md', () => {
  it.each([
    ['src/caller/options.ts', 'QueueSubmitOptions'],
    ['src/caller/options.ts', 'QueueExecutorOptions'],
    ['src/caller/queueExecutor.ts', 'QueueStats'],
    ['src/caller/overview.ts', 'QueueOverview'],
    ['src/caller/overview.ts', 'WorkerInfo'],
    ['src/worker/options.ts', 'QueueWorkerOptions'],
  ])('names every member of %s %s, each of which has a docstring or speaks for itself', (file, name) => {
    const names = members(file, name);
    expect(names.length).toBeGreaterThan(2);
    for (const member of names) expect(api, member).toContain(`\`${member}`);
  });

  it('names every error code of this package, and every class', () => {
    const codes = [...read('src/errors.ts').matchAll(/'(ERR_[A-Z_]+)'/g)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(3);
    for (const code of codes) expect(api).toContain(code);
    for (const name of Object.keys(main)) expect(api, name).toContain(name);
  });

  it('names every flag of the program', () => {
    const usage = [...read('src/cli.ts').matchAll(/^ {2}(--[a-z-]+) /gm)].map((match) => match[1] ?? '');
    expect(usage.length).toBeGreaterThan(8);
    for (const flag of usage) expect(api, flag).toContain(flag);
  });

  it('and the README link only to what exists, and to tests that do', () => {
    for (const page of ['README.md', 'docs/api.md'])
      for (const [, link = ''] of read(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
        expect(existsSync(new URL(link, new URL(page, root))), `${page}: ${link}`).toBe(true);
    const rows = api.slice(api.indexOf('## The rows'));
    for (const [, tests = ''] of rows.matchAll(/\| ([^|]+) \|$/gm))
      for (const [, name = ''] of tests.matchAll(/`([a-z/]+)`/g))
        expect(existsSync(new URL(`test/${name}.test.ts`, root)), name).toBe(true);
  });
});

describe('the package as npm would publish it', () => {
  it('is clean for publint, and holds nothing but what it needs', async () => {
    const { messages } = await publint({ pkgDir: fileURLToPath(root), pack: 'npm' });
    expect(messages).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'offloop-package-'));
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
      cwd: fileURLToPath(root),
    });
    const [tarball = ''] = readdirSync(folder);
    const { stdout } = await run('tar', ['-tzf', join(folder, tarball)]);
    rmSync(folder, { recursive: true });
    const places = new Set(
      stdout
        .trim()
        .split('\n')
        .map((path) => path.split('/')[1]),
    );
    expect(places).toEqual(new Set(['LICENSE', 'README.md', 'dist', 'package.json']));
  });
});
