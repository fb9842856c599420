import { expect, test } from 'vitest';
import { chop, fit, fitEnd, printable, widthOf, wrap } from '../../../src/terminal/text.ts';

/** Strings of all kinds of characters, the same in every run. */
function strings(count: number): readonly string[] {
  const pool = [
    ...'aZ0 ./_界😀é\t\n\r\u0000\u001b\u007f\u009b\u200b\u202e\u2028\ufeff',
    '\ud800',
    'e\u0301',
    '  ',
  ];
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: next(60) }, () => pool[next(pool.length)]).join(''),
  );
}

const samples = strings(500).map(printable);

test('Printable text holds nothing that a terminal obeys', () => {
  expect(printable('a\u001b[31m\tb\u202Ec\ud800')).toBe('a\\x1b[31m\\x09b\\u202ec\\ud800');
  expect(
    samples.filter((text) => /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u200B-\u200F\u202A-\u202E\uFEFF]/u.test(text)),
  ).toEqual([]);
});

test('Wide characters take two columns, combining ones none', () => {
  expect(['abc', '界', '😀', 'e\u0301', ''].map(widthOf)).toEqual([3, 2, 2, 1, 0]);
});

test('Cut text keeps its start or its end, and says that something is missing', () => {
  expect([fit('abcdef', 6), fit('abcdef', 4), fit('界界界', 4)]).toEqual(['abcdef', 'abc…', '界…']);
  expect([fitEnd('abcdef', 6), fitEnd('abcdef', 4), fitEnd('界界界', 4)]).toEqual(['abcdef', '…def', '…界']);
});

test('Chopped text is whole when put together, and broken behind spaces where it can be', () => {
  expect(chop('one two three', 9)).toEqual(['one two ', 'three']);
  expect(chop('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  expect(samples.filter((text) => chop(text, 10).join('') !== text)).toEqual([]);
});

test('Wrapped sentences break at spaces and lose no word', () => {
  expect(wrap('The loop waits for the file system.', 16)).toEqual([
    'The loop waits',
    'for the file',
    'system.',
  ]);
  const squeezed = (text: string): string => text.replaceAll(' ', '');
  expect(samples.filter((text) => squeezed(wrap(text, 12).join('')) !== squeezed(text))).toEqual([]);
});

test('Whatever is cut, chopped or wrapped fits', () => {
  const tooWide = samples.flatMap((text) =>
    [fit(text, 12), fitEnd(text, 12), ...chop(text, 12), ...wrap(text, 12)].filter(
      (line) => widthOf(line) > 12,
    ),
  );
  expect(tooWide).toEqual([]);
});
