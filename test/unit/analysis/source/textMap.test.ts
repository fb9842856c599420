import { describe, expect, it } from 'vitest';
import { TextMap } from '../../../../src/analysis/source/textMap.ts';

/** One call on one line; `after` is what a fix made of the line. */
const rewritten = [
  {
    what: 'the asynchronous version',
    before: "  const digest = scryptSync(plain, salt, 64, { N: 32768 }).toString('hex');",
    after: "  const digest = (await scryptAsync(plain, salt, 64, { N: 32768 })).toString('hex');",
  },
  {
    what: 'a worker thread, with a call of the result',
    before: "  const digest = scryptSync(plain, salt, 64, { N: 32768, r: 8, p: 1 }).toString('hex');",
    after:
      "  const digest = (await toThread(scryptSync, plain, salt, 64, { N: 32768, r: 8, p: 1 })).toString('hex');",
  },
  {
    what: 'a worker thread within a template',
    before: '      return `${findDuplicates(invoice)} duplicates`;',
    after: '      return `${await toThread(findDuplicates, invoice)} duplicates`;',
  },
  {
    what: 'an executor, where the result is part of an object',
    before: '  return { rows: parse(text, { columns: true, trim: true }).rows, at: now };',
    after:
      '  return { rows: (await runInExecutor(null, parse, text, { columns: true, trim: true })).rows, at: now };',
  },
];

describe('TextMap', () => {
  it.each(rewritten)('finds the line of a call that became $what', ({ before, after }) => {
    const old = ['import a from "a";', '', 'function f() {', before, '}', 'f();'].join('\n');
    const now = ['import a from "a";', 'import b from "b";', '', 'async function f() {', after, '}', 'f();'];
    const start = { line: 3, column: before.indexOf('(') - 2 };
    const found = new TextMap(old, now.join('\n')).map({
      start,
      end: { line: 3, column: before.length - 1 },
    });
    expect(found).toMatchObject({ edited: true, range: { start: { line: 4 }, end: { line: 4 } } });
  });

  it('does not take another call in its place for the one that was removed', () => {
    const old = 'start();\nconst digest = scryptSync(plain, salt, 64);\nstop();';
    const now = 'start();\nlog.info("the digest comes from elsewhere");\nstop();';
    const call = { start: { line: 1, column: 15 }, end: { line: 1, column: 42 } };
    expect(new TextMap(old, now).map(call)).toBeNull();
  });
});
