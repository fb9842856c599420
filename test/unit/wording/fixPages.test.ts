import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { assumptionTexts } from '../../../src/remedies/assumption.ts';
import { refusalAdvice } from '../../../src/wording/refusalAdvice.ts';

/** The sections of a page, by the code that is their heading. */
async function sectionsOf(page: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(page, 'utf8');
  const sections = text.split(/^##+ /m).slice(1);
  return new Map(
    sections
      .map((section) => [section.slice(0, section.indexOf('\n')), section.replaceAll(/\s+/g, ' ')] as const)
      // Headings of groups have a capital letter.
      .filter(([heading]) => /^[a-z]/.test(heading)),
  );
}

it.each([
  ['docs/refusals.md', refusalAdvice, '**What to do:** '],
  ['docs/assumptions.md', assumptionTexts, '**What to check:** '],
])('%s says of each code what it means and what to do, and of no other', async (page, table, next) => {
  const sections = await sectionsOf(page);
  expect([...sections.keys()].sort()).toEqual(Object.keys(table).sort());
  for (const [code, text] of sections) {
    const [meaning = '', advice = ''] = text.slice(code.length).split(next);
    expect(meaning.trim(), code).toMatch(/^[A-Z`].{20,}\.$/);
    expect(advice.trim(), code).toMatch(/^[a-z].{10,}\.\)?$/);
  }
});
