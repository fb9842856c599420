import { describe, expect, it } from 'vitest';
import { planMarked } from './remediesSupport.ts';

function outcomeOf(text: string, file = 'app.mjs'): string {
  const { outcome } = planMarked(text, 'extract', file);
  if (!outcome.ok) return outcome.error.code;
  const codes = outcome.value.assumptions.map(({ code }) => code);
  return codes.includes('loses-identity') ? 'loses-identity' : 'offered';
}

const copies = 'loses-identity';

describe('a computation stays where it is when a worker would give something else', () => {
  it.each([
    [
      'an instance of a class of the project',
      'class Row {}\nfunction make(n) { return new Row(n); }\nexport const f = async (n) => «make(n);',
      'result-cannot-be-cloned',
    ],
    [
      'a list of them',
      'class Row {}\nfunction make(list) { const rows = list.map((n) => new Row(n)); return rows; }\nexport const f = async (n) => «make(n);',
      'result-cannot-be-cloned',
    ],
    [
      'an iterator',
      'function keys(list) { return new Map(list).keys(); }\nexport const f = async (l) => «keys(l);',
      'result-cannot-be-cloned',
    ],
    [
      'an error of its own',
      'class Bad extends Error {}\nfunction check(n) { if (n < 0) throw new Bad(n); return n; }\nexport const f = async (n) => «check(n);',
      'error-shape-differs',
    ],
    [
      'the answer to whether something is a certain object',
      'const NONE = {};\nfunction size(x) { return x === NONE ? 0 : 1; }\nexport const f = async (x) => «size(x);',
      'compares-identity',
    ],
    [
      'the same for a symbol in a list',
      "const NONE = Symbol('none');\nfunction size(list) { return list.includes(NONE) ? 0 : 1; }\nexport const f = async (x) => «size(x);",
      'compares-identity',
    ],
  ])('%s', (_, text, code) => {
    expect(outcomeOf(`${text}\n`)).toBe(code);
  });

  it('when it is passed an instance, whose methods stay behind', () => {
    const sum =
      'class Row { get price() { return 2; } }\nfunction sum(rows) { let t = 0; for (const r of rows) t += r.price; return t; }\n';
    expect(outcomeOf(`${sum}export const f = async () => «sum([new Row(1)]);\n`)).toBe(
      'argument-cannot-be-cloned',
    );
    const list = `${sum}export const f = async (l) => { const rows = l.map((n) => new Row(n)); return «sum(rows); };\n`;
    expect(outcomeOf(list)).toBe('argument-cannot-be-cloned');
  });

  it('when it changes something outside, in a callback', () => {
    expect(
      outcomeOf('let n = 0;\nexport const f = async (t) => «t.replace(/a/g, () => String(n++));\n'),
    ).toBe('writes-captured-variable');
    expect(outcomeOf('export const f = async (l) => «l.map((x) => { x.seen = true; return x.n; });\n')).toBe(
      'writes-captured-variable',
    );
  });
});

describe('copies that come back', () => {
  const first = 'function first(list) { return list[0]; }\n';

  it('are told of', () => {
    expect(outcomeOf(`${first}export const f = async (l) => «first(l).name;\n`)).toBe(copies);
    expect(outcomeOf('export const f = async (l) => «l.toSorted((a, b) => a.n - b.n);\n')).toBe(copies);
  });

  it.each([
    [
      'numbers',
      'function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\n',
      'offered',
    ],
    ['no declared answer', 'function fib(n: number) { return n < 2 ? n : 2 * n; }\n', 'offered'],
    ['a text or nothing', 'const fib = (a?: string): string | undefined => a && a;\n', 'offered'],
    [
      'objects',
      'export interface A { x: 1 }\nfunction fib(a: A, b: A): A { return a.x > b.x ? a : b; }\n',
      copies,
    ],
    ['anything', 'function fib(a: unknown[]): unknown { return a[0] ?? a[1]; }\n', copies],
    ['one that is either', 'function fib(a: number | A): number | A { return a.x ? a : 1; }\n', copies],
  ])('are told of by the declared types: %s', (_, fib, expected) => {
    expect(outcomeOf(`${fib}export const f = async (n: any) => «fib(n);\n`, 'app.mts')).toBe(expected);
  });

  it('are told of in JavaScript, where a comment proves nothing', () => {
    const fib = 'function fib(n) { return n.x < 2 ? n : n; }\nexport const f = async (n) => «fib(n);\n';
    expect(outcomeOf(`/** @param {number} n */\n${fib}`)).toBe(copies);
  });

  it('are refused where the code around changes them', () => {
    expect(
      outcomeOf(`${first}export const f = async (l) => { const a = «first(l); a.seen = true; };\n`),
    ).toBe('result-cannot-be-cloned');
    const sorted =
      'export const f = async (l) => { const s = «l.toSorted((a, b) => a.n - b.n); for (const x of s) x.seen = 1; };\n';
    expect(outcomeOf(sorted)).toBe('result-cannot-be-cloned');
    const table =
      'const TABLE = { a: 1 };\nfunction pick() { return TABLE; }\nexport const f = async () => { const t = «pick(); t.a++; };\n';
    expect(outcomeOf(table)).toBe('writes-captured-variable');
  });

  it('are nothing to speak of where all is made anew', () => {
    expect(outcomeOf('function twice(n) { return n * 2; }\nexport const f = async (n) => «twice(n);\n')).toBe(
      'offered',
    );
    expect(outcomeOf('function own(n) { return n; }\nexport const f = async (n) => «own(n);\n')).toBe(
      'offered',
    );
    const count =
      'function count(list) { const m = new Map(); for (const x of list) m.set(x.k, 1); return m; }\n';
    expect(outcomeOf(`${count}export const f = async (l) => «count(l).size;\n`)).toBe('offered');
  });
});
