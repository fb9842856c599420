import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as main from '@offloop/executor';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const api = read('docs/api.md');

function sources(folder = 'src/'): string[] {
  return readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(`${folder}${entry.name}/`) : [`${folder}${entry.name}`],
  );
}

const codes = (text: string): string[] =>
  [...new Set(text.match(/\bERR_(?:TASK|DATA|WORKER|EXECUTOR)_[A-Z_]+/g))].sort();

describe('docs/api.md', () => {
  it('names every error code there is, and no other', () => {
    const made = sources().flatMap((file) => codes(read(file)));
    expect(codes(api)).toEqual([...new Set(made)].sort());
  });

  it('names everything that is exported', () => {
    for (const name of Object.keys(main)) expect(api, name).toContain(name);
  });

  it('names every option and every count', () => {
    const types = read('src/tasks/types.ts') + read('src/pool/types.ts');
    for (const name of [
      'SubmitOptions',
      'MapOptions',
      'ExecutorOptions',
      'ShutdownOptions',
      'ExecutorStats',
    ]) {
      const body = new RegExp(`export interface ${name}[^{]*\\{(.*?)\\n\\}`, 's').exec(types)?.[1] ?? '';
      const keys = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map((match) => match[1] ?? '');
      expect(keys.length, name).toBeGreaterThan(3);
      for (const key of keys) expect(api, `${name}.${key}`).toContain(key);
    }
  });

  it('has the rows 1 to 37, each with tests that exist', () => {
    const rows = [...api.matchAll(/^\| (\d+) +\|.*\| ([^|]+) \|$/gm)];
    expect(rows.map((row) => Number(row[1]))).toEqual(Array.from({ length: 37 }, (_, index) => index + 1));
    for (const [, number, tests = ''] of rows) {
      const names = [...tests.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      expect(names.length, number).toBeGreaterThan(0);
      for (const name of names)
        expect(existsSync(new URL(`test/spec/${name}.test.ts`, root)), name).toBe(true);
    }
  });
});

describe('the other pages', () => {
  it('docs/reference.md is what the docstrings say now', async () => {
    const script = fileURLToPath(new URL('scripts/apiReference.mjs', root));
    const result = await promisify(execFile)(process.execPath, [script, '--check']).catch(
      (error: unknown) => error as { readonly stderr: string },
    );
    expect(result.stderr).toBe('');
  });

  it('link only to what exists', () => {
    for (const page of ['README.md', ...readdirSync(new URL('docs', root)).map((name) => `docs/${name}`)]) {
      if (!page.endsWith('.md')) continue;
      for (const [, link = ''] of read(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
        expect(existsSync(new URL(link, new URL(page, root))), `${page}: ${link}`).toBe(true);
    }
  });
});
