import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';

/** More than this in one folder, and nobody guesses from its name where a thing lives. */
const mostFiles = 15;

it('no folder of the sources holds more files than can be seen at a glance', () => {
  const listed = execFileSync('git', ['ls-files', 'src', 'packages/*/src', 'media'], { encoding: 'utf8' });
  const counts = new Map<string, number>();
  for (const file of listed.split('\n').filter((name) => name !== '')) {
    const folder = dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(20);
  expect([...counts].filter(([, count]) => count > mostFiles)).toEqual([]);
});
