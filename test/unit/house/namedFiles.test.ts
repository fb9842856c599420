import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md', 'docs/refusals.md'];

/** Paths of this repository that a page names in code style, without placeholders. */
const namedIn = (text: string): readonly string[] =>
  [...text.matchAll(/`((?:src|test|docs|schema|scripts|packages|media|bench)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );

/** Local files that a page links to. */
const linkedIn = (page: string, text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = '']) => join(dirname(page), path));

it.each(pages)('%s names and links only files that exist', async (page) => {
  const text = await readFile(page, 'utf8');
  const paths = [...namedIn(text), ...linkedIn(page, text)];
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('the architecture page names many files, so that this test can fail', async () => {
  expect(namedIn(await readFile('docs/architecture.md', 'utf8')).length).toBeGreaterThan(25);
});
