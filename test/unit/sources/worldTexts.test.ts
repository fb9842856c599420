import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { worldTexts } from '../../../src/sources/worldTexts.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'offloop-world-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Whether a page may hold a call. */
function isLookedAt(name: string, text: string): boolean {
  const path = join(folder, name);
  writeFileSync(path, text);
  return worldTexts(folder, new Set()).some((each) => each.path === path);
}

describe('a page', () => {
  it.each([
    ['script.html', '<p>hi</p><script>load()</script>'],
    ['module.htm', '<SCRIPT type="module" src="a.js"></SCRIPT>'],
    ['handler.html', '<button onclick="load()">Go</button>'],
    ['address.html', '<a href="javascript:load()">Go</a>'],
    ['template.html', '<p>{{ load() }}</p>'],
    ['older.html', '<p><%= load() %></p>'],
  ])('may call code of the project: %s', (name, text) => {
    expect(isLookedAt(name, text)).toBe(true);
  });

  it('that runs nothing, such as a report, calls nothing', () => {
    expect(
      isLookedAt('report.html', '<!doctype html><table><tr><td>load in index.js</td></tr></table>'),
    ).toBe(false);
  });
});
