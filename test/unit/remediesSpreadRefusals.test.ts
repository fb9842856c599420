import { describe, expect, it } from 'vitest';
import { planFix } from '../../src/analysis/remedies/planRemedies.ts';
import { cjs, esm, inOneFile, projectOf, spread } from './spreadSupport.ts';

describe('the whole is refused', () => {
  const load = 'function load(p) { return «fs.readFileSync(p); }\n';
  const table: readonly (readonly [string, string, RegExp])[] = [
    [
      'a caller is a constructor',
      `${load}class A { constructor(p) { this.text = load(p); } }`,
      /^in-constructor/,
    ],
    ['a caller is a getter', `${load}const a = { get text() { return load('x'); } };`, /^in-accessor/],
    ['a caller is a generator', `${load}function* f(p) { yield load(p); }`, /^in-generator/],
    [
      'a caller is a sort comparator',
      `${load}const f = (l) => l.sort((a, b) => load(a) - load(b));`,
      /^caller-cannot-become-async.*sort/,
    ],
    [
      'a caller is a filter callback',
      `${load}const f = (l) => l.filter((a) => load(a));`,
      /^caller-cannot-become-async.*filter/,
    ],
    [
      'a caller is toString',
      `${load}class A { toString() { return load('x'); } }`,
      /toString is called by the language/,
    ],
    [
      'it is handed to something unknown',
      `import lib from 'lib';\n${load}lib.register(load);`,
      /Whether lib\.register\(\) would wait/,
    ],
    [
      'it is handed on in an object',
      `import lib from 'lib';\n${load}lib.register({ load });`,
      /handed to lib\.register/,
    ],
    ['it is bound', `${load}export const f = load.bind(null, 'x');`, /bind makes another function/],
    [
      'it is a promise executor',
      "export const f = () => new Promise((resolve) => resolve(«fs.readFileSync('x')));",
      /new Promise/,
    ],
    [
      'data events could overtake each other',
      "export const f = (s) => s.on('data', (d) => { «fs.writeFileSync('x', d); });",
      /overtake/,
    ],
    [
      'runs of an interval could overlap',
      "setInterval(() => { «fs.writeFileSync('x', ''); }, 5);",
      /overlap/,
    ],
    [
      'its class extends something',
      'import B from "b";\nclass A extends B { load(p) { return «fs.readFileSync(p); } }',
      /contract of B/,
    ],
    [
      'somebody calls a method of that name on something unknown',
      'class A { load(p) { return «fs.readFileSync(p); } }\nexport const f = (x) => x.load(1);',
      /may be load/,
    ],
    [
      'somebody takes a method of that name out of something unknown',
      'const o = { load(p) { return «fs.readFileSync(p); } };\nexport const f = ({ load }) => load(1);',
      /may be load/,
    ],
    [
      'it is called by a computed name',
      'const o = { load: (p) => «fs.readFileSync(p) };\nexport const f = (n) => o[n](1);',
      /computed name/,
    ],
    [
      'a caller adds to something shared',
      `${load}const o = { n: 0 };\nexport const f = (p) => { o.n += load(p).length; };`,
      /^shared-state-across-await/,
    ],
    [
      'it reads a parameter default',
      `${load}export const f = async (p = load('x')) => p;`,
      /^in-parameter-default/,
    ],
    [
      'it has a declared function type',
      'const load: (p: string) => Buffer = (p) => «fs.readFileSync(p);',
      /declared function type/,
    ],
  ];
  it.each(table)('when %s', (_, text, reason) => {
    const path = text.includes(': (p: string)') ? '/p/a.mts' : '/p/a.mjs';
    expect(inOneFile(`${text}\n`, path)).toMatch(reason);
  });

  it('for Express before 5, whose routes lose the errors of async handlers', () => {
    const file = {
      '/p/a.js': `${cjs}app.get('/', (request, response) => { response.end(«fs.readFileSync('x')); });\n`,
    };
    expect(spread(file, { express: '^4.18.0' })).toMatch(/Express 4/);
    expect(typeof spread(file, { express: '^5.0.0' })).toBe('object');
  });

  it('when a CommonJS file calls it at its top level in the middle', () => {
    expect(inOneFile(`${load}const text = load('x');\n`, '/p/a.cjs')).toMatch(/^top-level-await/);
  });

  it('with a warning instead where shared state is changed but nothing is lost', () => {
    const files = {
      '/p/a.mjs': `${esm}let last;\nfunction load(p) {\n  last = fs.readFileSync(p);\n  return last;\n}\nexport const run = async (p) => load(p);\n`,
    };
    const request = {
      path: '/p/a.mjs',
      position: { line: 3, column: null },
      kind: 'async',
      executorModule: 'x',
    } as const;
    const outcome = planFix({ path: '/p/a.mjs', text: files['/p/a.mjs'] }, request, projectOf(files));
    expect(outcome.ok && outcome.value.warnings.join()).toContain('changes shared state');
  });
});
