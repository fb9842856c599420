import { expect, test } from 'vitest';
import { inkOf } from '../../../src/terminal/ink.ts';
import { renderExcerpt } from '../../../src/terminal/render/renderExcerpt.ts';
import { siteOf } from './terminalSupport.ts';

const ink = inkOf({ color: false, width: 80 });
const excerpt = (text: string, site: ReturnType<typeof siteOf>, columns = 76): string =>
  renderExcerpt(text, site, ink, columns).join('\n');

test('The mark lies under the call, tabs and wide characters before it included', () => {
  const text = '\tconst 鍵 = hash(a);';
  const column = text.indexOf('hash') + 1;
  expect(excerpt(text, siteOf({ line: 1, column, endLine: 1, endColumn: column + 7 }))).toBe(
    ['❯ 1 │   const 鍵 = hash(a);', '    │              ^^^^^^^'].join('\n'),
  );
});

test('A call of several lines is marked to the end of its first', () => {
  const site = siteOf({ line: 1, column: 1, endLine: 3, endColumn: 2 });
  expect(excerpt('run(\n  a,\n)', site)).toBe(['❯ 1 │ run(', '    │ ^^^^', '  2 │   a,'].join('\n'));
});

test('A call far to the right moves into view', () => {
  const text = `${'x'.repeat(200)} = hash(a);`;
  const column = text.indexOf('hash') + 1;
  const lines = excerpt(text, siteOf({ line: 1, column, endLine: 1, endColumn: column + 7 }), 40).split('\n');
  expect(lines[0]).toBe(`❯ 1 │ …${'x'.repeat(22)} = hash(a);`);
  expect(lines[1]?.indexOf('^')).toBe(lines[0]?.indexOf('hash'));
});

test('A line beyond the end of the file gives no excerpt', () => {
  expect(excerpt('one\n', siteOf({ line: 9 }))).toBe('');
});
