import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { causes } from '../../../src/report/cause.ts';
import { causeTexts } from '../../../src/wording/causeTexts.ts';

const run = promisify(execFile);
const pageOf = (cause: string): Promise<string> => readFile(`docs/causes/${cause}.md`, 'utf8');

/** The sample of a page that is marked `before` or `after`; undefined where the page has none. */
const sampleOf = (page: string, mark: string): string | undefined =>
  new RegExp(`\`\`\`js ${mark}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offloop-pages-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function outputOf(name: string, text: string): Promise<string> {
  const file = join(folder, `${name}.cjs`);
  await writeFile(file, text);
  return (await run(process.execPath, [file])).stdout;
}

describe('the pages of causes', () => {
  it('are one for each cause, and no other', async () => {
    const pages = (await readdir('docs/causes')).map((name) => name.replace(/\.md$/, ''));
    expect(pages.sort()).toEqual([...causes].sort());
    expect(Object.keys(causeTexts).sort()).toEqual([...causes].sort());
  });

  it.each(causes)('%s: what it is, how to see it, what to do, when to leave it', async (cause) => {
    const page = await pageOf(cause);
    expect(page.split('\n')[0]).toMatch(new RegExp(`^# .+ \\(\`${cause}\`\\)$`));
    for (const part of [/^## How to see it$/m, /^## What to do$/m, /^## (When not to|What does not help)/m]) {
      expect(page).toMatch(part);
    }
  });

  it.each(causes)('%s: what the page changes prints the same as before', async (cause) => {
    const page = await pageOf(cause);
    const [before, after] = [sampleOf(page, 'before'), sampleOf(page, 'after')];
    expect(typeof after).toBe(typeof before);
    if (before === undefined || after === undefined) return;
    const printed = await outputOf(`${cause}-before`, before);
    expect(printed).not.toBe('');
    expect(await outputOf(`${cause}-after`, after)).toBe(printed);
  });
});
