import { describe, expect, it } from 'vitest';
import { planMarked } from './remediesSupport.ts';

/** `refused` with the code, `review` when something is assumed of the shape, else `proven`. */
function levelOf(text: string): string {
  const { outcome } = planMarked(text, 'extract', 'app.mjs');
  if (!outcome.ok) return outcome.error.code;
  return outcome.value.assumptions.some(({ code }) => code === 'loses-shape') ? 'review' : 'proven';
}

/** Each makes a value of the parameter `n` that a worker cannot give back as it is. */
const lost: readonly (readonly [what: string, value: string])[] = [
  ['a function', '() => n'],
  ['a class', 'class { n = n; }'],
  ['an instance', 'new Thing(n)'],
  ['a symbol', "Symbol('n')"],
  ['a registered symbol', "Symbol.for('n')"],
  ['a key that is a symbol', '({ [Symbol.iterator]: n })'],
  ['a getter', '({ get n() { return n; } })'],
  ['a setter', '({ set n(x) { n = x; } })'],
  ['a method', '({ n() { return n; } })'],
  ['no prototype', 'Object.create(null)'],
  ['no prototype, in a literal', '({ __proto__: null, n })'],
  ['a frozen object', 'Object.freeze({ n })'],
  ['a sealed object', 'Object.seal([n])'],
  ['a weak map', 'new WeakMap()'],
];
const thing = 'class Thing { constructor(n) { this.n = n; } twice() { return this.n * 2; } }\n';
const program = (body: string): string =>
  `${thing}function make(n) { ${body} }\nexport const f = async (n) => «make(n);\n`;
const refused = 'result-cannot-be-cloned';

describe('a result that a worker cannot give back', () => {
  it.each(lost)('is refused where it is certain: %s', (_, value) => {
    expect(levelOf(program(`return ${value};`))).toBe(refused);
    expect(levelOf(program(`const made = ${value}; return made;`))).toBe(refused);
    expect(levelOf(program(`const held = { a: 1 }; held.part = ${value}; return held;`))).toBe(refused);
    expect(levelOf(program(`return { list: [${value}] };`))).toBe(refused);
    expect(levelOf(program(`return [1, 2].map(() => (${value}));`))).toBe(refused);
  });

  it.each(lost.filter(([what]) => !/instance|weak|function|class/.test(what)))(
    'needs review where it is possible: %s',
    (_, value) => {
      expect(levelOf(program(`return n > 1 ? ${value} : { n };`))).toBe('review');
      expect(levelOf(program(`const held = { a: 1 }; if (n > 1) held.part = ${value}; return held;`))).toBe(
        'review',
      );
      expect(levelOf(program(`let made = { n }; if (n > 1) made = ${value}; return made;`))).toBe('review');
    },
  );

  it.each(['{ n }', '[n, String(n)]', 'new Map([[n, 1]])', 'new Set([n])', 'new Date(n)', 'Math.sqrt(n)'])(
    'is proven where nothing is lost: %s',
    (value) => {
      expect(levelOf(program(`return (${value});`).replace('«make(n)', '«make(2)'))).toBe('proven');
    },
  );

  it('is what an expression gives, too', () => {
    expect(levelOf('export const f = async (rows) => «rows.map((x) => () => x);\n')).toBe(refused);
    expect(levelOf('export const f = async (rows) => «rows.map((x) => Object.freeze({ x }));\n')).toBe(
      refused,
    );
  });
});
