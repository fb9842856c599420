import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const table = read('../../docs/cpython-parity.md');

/** One line of the table: CPython's name, how it was ported, in which file. */
interface Row {
  readonly name: string;
  readonly status: string;
  readonly file: string;
  readonly note: string;
}

const rows: Row[] = [...table.matchAll(/^\| `(test_\w+)` *\| (\w+) *\| *(\S*) *\| *(.*?) *\|$/gm)].map(
  ([, name = '', status = '', file = '', note = '']) => ({ name, status, file, note }),
);

const files = readdirSync(new URL('.', import.meta.url)).filter(
  (name) => name.endsWith('.test.ts') && name !== 'parity.test.ts',
);
const ported = files.flatMap((file) =>
  [...new Set(read(file).match(/(?<=')test_\w+/g))].map((name) => `${file} ${name}`),
);

describe('the table of ported CPython tests', () => {
  it('names every test that is here, and no other', () => {
    const listed = rows.filter(({ status }) => status !== 'none').map(({ file, name }) => `${file} ${name}`);
    expect(listed.sort()).toEqual(ported.sort());
  });

  it('says why a test has no counterpart or another form', () => {
    expect(rows.length).toBeGreaterThan(100);
    for (const { name, status, note } of rows) {
      expect(['same', 'adapted', 'none'], name).toContain(status);
      if (status !== 'same') expect(note, name).not.toBe('');
    }
  });

  it('counts right', () => {
    const count = (status: string): number => rows.filter((row) => row.status === status).length;
    expect(table).toContain(
      `${String(count('same'))} same, ${String(count('adapted'))} adapted, ${String(count('none'))} none.`,
    );
  });
});
