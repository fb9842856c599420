import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Ways in which code could say a figure by itself: digits that it cuts, or a unit that it puts behind a value. */
const ownWays = [
  /\.(?:toFixed|toPrecision|toLocaleString)\(|\bNumberFormat\b/,
  /\} (?:µs|ms|s|min|h|%|bytes|[KMG]i?B)(?![\w-])/,
];

const writesOwn = (line: string): boolean => ownWays.some((way) => way.test(line));

describe('code that says a figure', () => {
  it.each(['`${ms.toFixed(1)}`', '`${String(ms)} ms`', "t('for {0} s.', seconds)", '`${share} % of it`'])(
    'is recognised: %s',
    (line) => {
      expect(writesOwn(line)).toBe(true);
    },
  );

  it('is in one file', () => {
    const files = execFileSync('git', ['ls-files', 'src/**/*.ts', 'media/**/*.ts'], { encoding: 'utf8' });
    const names = files.split('\n').filter((file) => file !== '' && !file.startsWith('src/injected/'));
    expect(names.length).toBeGreaterThan(200);
    const found = names.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(writesOwn)
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(found.filter((place) => !place.startsWith('src/wording/numbers/'))).toEqual([]);
    expect(found.length).toBeGreaterThan(3);
  });
});
