import { describe, expect, it } from 'vitest';
import { saidOf, wait } from './stateSupport.ts';

const script = '/p/a.cjs';

describe('what callers in other files give a function is followed', () => {
  const library = (body: string, parameters = 'held'): string =>
    `exports.load = async (${parameters}) => { ${body} };\n`;
  const both = `const o = held.n; const t = ${wait}; return t + o + held.n;`;
  const late = `const t = ${wait}; return t + held.n;`;
  const saidWith = (text: string, main: string): string =>
    saidOf(text, script, { '/p/main.cjs': `const { load } = require('./a.cjs');\n${main}` });
  const others = 'const held = { n: 0 };\nexports.next = () => held.n++;\n';

  it.each([
    ['state of the module', library(both), `${others}(async () => { await load(held); })();`],
    [
      'state under another name',
      library(both),
      `${others}(async () => { const h = held; await load(h); })();`,
    ],
    [
      'part of it',
      library(both),
      'const all = new Map();\nexports.all = all;\n(async () => { await load(all.get(1)); })();',
    ],
    ['in an object', library(both, '{ held }'), `${others}(async () => { await load({ held }); })();`],
    ['by a spread', library(both), `${others}(async () => { await load(...[held]); })();`],
    [
      'a helper looks at it',
      `const show = (x) => x.n;\n${library(`const o = show(held); const t = ${wait}; return t + o + show(held);`)}`,
      `${others}(async () => { await load(held); })();`,
    ],
  ])('%s', (_, text, main) => {
    expect(saidWith(text, main)).toMatch(
      /object-shared: held|object-shared: h |object-shared: (all|\{ held|\.\.\.)/,
    );
  });

  it.each([
    ['state of the module', library(late), `${others}Promise.all([load(held), exports.next()]);`],
    [
      'an object of the caller',
      library(late),
      'const own = async () => { const mine = { n: 0 }; const p = load(mine); mine.n++; return p.then(String); };\nown();',
    ],
    [
      'state of the library',
      `let n = 0;\nexports.next = () => n++;\n${library(`const t = ${wait}; return t + n;`, '')}`,
      'const p = load();\np.then(console.log);\nrequire("./a.cjs").next();',
    ],
  ])('where the answer is not awaited at once: %s', (_, text, main) => {
    expect(saidWith(text, main)).toContain('result-not-awaited');
  });

  it.each([
    ['objects of their own', library(both), '(async () => { await load({ n: 1 }); })();'],
    [
      'texts',
      library(`const o = held.length; const t = ${wait}; return t + o + held.trim();`),
      "(async () => { await load('x'); await load(`y`); })();",
    ],
    [
      'constants',
      library(both),
      'const held = Object.freeze({ n: 1 });\n(async () => { await load(held); })();',
    ],
    [
      'objects that only the caller has',
      library(both),
      '(async () => { const own = { n: 1 }; await load(own); })();',
    ],
    [
      'texts that are awaited together',
      library(`const t = ${wait}; return t + held.trim();`),
      "const at = process.argv[2];\n(async () => { await Promise.all([load('a'), load(at)]); })();",
    ],
  ])('but not %s', (_, text, main) => {
    expect(saidWith(text, main)).toBe('proven');
  });
});
