import { describe, expect, it } from 'vitest';
import { planRemedies } from '../../../src/remedies/planRemedies.ts';
import { toReportRemedy } from '../../../src/remedies/remedyOffer.ts';
import { planMarked, refusalOf } from './remediesSupport.ts';

const withFs = (text: string): string => `const fs = require('fs');\n${text}\n`;

describe('places where nothing can wait', () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['a plain function', 'function run(p) { return «fs.readFileSync(p); }', 'caller-must-become-async'],
    [
      'a plain function inside an async one',
      'async function run(p) { const f = () => «fs.readFileSync(p); return f(); }',
      'caller-must-become-async',
    ],
    ['a constructor', 'class A { constructor(p) { this.text = «fs.readFileSync(p); } }', 'in-constructor'],
    ['a getter', "class A { get text() { return «fs.readFileSync('p'); } }", 'in-accessor'],
    ['a generator', 'function* run(p) { yield «fs.readFileSync(p); }', 'in-generator'],
    [
      'a callback of map',
      'async function run(ps) { return ps.map((p) => «fs.readFileSync(p)); }',
      'in-sync-callback',
    ],
    [
      'a callback of replace',
      "async function run(s) { return s.replace(/x/g, (p) => «fs.readFileSync(p, 'utf8')); }",
      'in-sync-callback',
    ],
    [
      'a parameter default',
      "async function run(text = «fs.readFileSync('p')) { return text; }",
      'in-parameter-default',
    ],
    ['a class field', "class A { text = «fs.readFileSync('p'); }", 'in-class-field'],
    [
      'a class field inside an async function',
      "async function run() { return class { text = «fs.readFileSync('p'); }; }",
      'in-class-field',
    ],
    ['a static block', "class A { static { «fs.readFileSync('p'); } }", 'in-class-field'],
    ['the top level of CommonJS', "const text = «fs.readFileSync('p');", 'top-level-await'],
    [
      'an exit handler',
      "process.on('exit', async () => { «fs.writeFileSync('p', 'x'); });",
      'in-exit-handler',
    ],
    [
      'a running total that others see',
      'let total = 0; async function run(p) { total += «fs.statSync(p).size; }',
      'shared-state-across-await',
    ],
    [
      'a counter on an object',
      'async function run(o, p) { o.size += «fs.statSync(p).size; }',
      'shared-state-across-await',
    ],
  ];
  it.each(table)('%s', (_, text, code) => {
    expect(refusalOf(withFs(text), 'async')).toBe(code);
  });

  it('points at the function that would have to become async', () => {
    const { outcome } = planMarked(withFs('function run(p) {\n  return «fs.readFileSync(p);\n}'), 'thread');
    expect(outcome.ok ? null : outcome.error.range.start).toEqual({ line: 1, column: 0 });
    expect(outcome.ok ? '' : outcome.error.message).toContain('run is not async');
  });
});

describe('twins that would not be the same', () => {
  const inAsync = (expression: string): string =>
    `const fs = require('fs'); const cp = require('child_process');\nasync function run(a, b) { ${expression}; }\n`;
  const table: readonly (readonly [string, string])[] = [
    ['return «fs.statSync(a, { throwIfNoEntry: false })', 'option-not-supported'],
    ['return «fs.lstatSync(a, b)', 'options-not-known'],
    ["return «cp.execSync(a, { stdio: 'inherit' })", 'option-not-supported'],
    ['return «cp.execSync(a, { input: b })', 'option-not-supported'],
    ['return «cp.execSync(a, b)', 'options-not-known'],
    ['return «cp.execSync(a, { ...b })', 'options-not-known'],
    ['return «cp.execSync(a, { encoding: b })', 'options-not-known'],
    ['return «cp.spawnSync(a)', 'no-async-twin'],
    ['try { «cp.execSync(a) } catch (error) { b(error.status) }', 'error-shape-differs'],
    ["return «require('bcryptjs').hashSync(a, 10)", 'twin-stays-on-loop'],
    ["return «require('js-yaml').load(a)", 'no-async-twin'],
    ['return «fs?.readFileSync(a)', 'unsupported-call-form'],
    ['return «fs.readFileSync?.(a)', 'unsupported-call-form'],
    ['return await «fs.promises.readFile(a)', 'not-blocking'],
    ['return «a.readFileSync(b)', 'unknown-callee'],
    ['const readFileSync = (x) => x; return «readFileSync(b)', 'unsupported-remedy'],
  ];
  it.each(table)('%s: %s', (expression, code) => {
    expect(refusalOf(inAsync(expression), 'async')).toBe(code);
  });

  it('is not fooled by a binding that is assigned again', () => {
    expect(
      refusalOf(
        "let fs = require('fs');\nfs = fake;\nasync function run(a) { return «fs.readFileSync(a); }",
        'async',
      ),
    ).toBe('unknown-callee');
  });

  it('knows that randomBytes with a callback does not block', () => {
    expect(
      refusalOf(
        "const c = require('crypto');\nasync function f(a) { «c.randomBytes(8, (e, b) => a(b)); }",
        'async',
      ),
    ).not.toBe('unsupported-call-form');
    expect(
      planMarked("const c = require('crypto');\nasync function f() { return «c.randomBytes(8); }", 'async')
        .outcome.ok,
    ).toBe(true);
  });
});

describe('finding the call', () => {
  const text = `const fs = require('fs');
async function run(p) {
  const both = [fs.readFileSync(p), fs.statSync(p)];
  return path.join(fs.readFileSync(p, 'utf8'), 'x');
}
`;
  const plan = (line: number, column: number | null) =>
    planRemedies(
      { path: '/p/a.js', text },
      { path: '/p/a.js', position: { line, column }, kind: null, executorModule: '@offloop/executor' },
    )[0]?.outcome;

  it('takes the only blocking call of a line', () => {
    expect(plan(3, null)?.ok).toBe(true);
  });

  it('names the columns when a line has several', () => {
    const outcome = plan(2, null);
    expect(outcome?.ok === false && outcome.error.message).toContain('at columns 20, 40');
  });

  it('takes a position on the callee or among the arguments', () => {
    for (const column of [16, 22, 33]) {
      const outcome = plan(2, column);
      expect(outcome?.ok === true && outcome.value.title).toContain('readFile');
    }
  });

  it('says so when there is no call, no such line, or a syntax error', () => {
    const codeAt = (line: number, column: number | null): unknown => {
      const outcome = plan(line, column);
      return outcome?.ok === false && outcome.error.code;
    };
    expect(codeAt(4, null)).toBe('no-call-here');
    expect(codeAt(40, null)).toBe('no-call-here');
    expect(refusalOf('const = «f();', 'async')).toBe('syntax-error');
  });

  it.each([
    [2, 99],
    [2, 54],
    [40, null],
    [40, 7],
  ])('blames no other place for line %i, column %s, which is not there', (line, column) => {
    const outcome = plan(line, column);
    if (outcome?.ok !== false) throw new Error('A call was found');
    expect(outcome.error.code).toBe('no-call-here');
    expect(outcome.error.range.start).toEqual({ line, column: column ?? 0 });
  });
});

describe('offers in a report', () => {
  it('lists every kind with its refusal', () => {
    const source = { path: '/p/a.js', text: withFs('function run(p) { return fs.readFileSync(p); }') };
    const request = {
      path: source.path,
      position: { line: 1, column: null },
      kind: null,
      executorModule: 'x',
    };
    const offers = planRemedies(source, request).map((each) => toReportRemedy(each, String));
    expect(offers.slice(0, 3).map(({ kind, safe, refusal }) => [kind, safe, refusal?.code])).toEqual([
      ['async', false, 'caller-must-become-async'],
      ['thread', false, 'caller-must-become-async'],
      ['executor', false, 'caller-must-become-async'],
    ]);
  });
});

describe('a slow pattern is refused with what helps', () => {
  it.each([
    ["«s.replace(/\\s+$/, '')", 'quadratic on long runs of spaces. trimEnd() gives the same here.'],
    ["«s.replace(/^\\s+|\\s+$/g, '')", 'quadratic on long runs of spaces. trim() gives the same here.'],
    ["«s.replace(/^\\s+|\\s+$/, '')", 'quadratic on long runs of spaces: anchor it'],
    ["«s.replace(/\\s+$/m, '')", 'quadratic on long runs of spaces: anchor it'],
    ["«s.replace(/\\s+$/, '\\n')", 'quadratic on long runs of spaces: anchor it'],
    ['«s.match(/\\d+x/)', 'quadratic on long runs of digits: anchor it'],
    ['«/(a+)+$/.test(s)', 'exponential time'],
  ])('%s', (call, advice) => {
    const { outcome } = planMarked(`function run(s) {\n  return ${call};\n}\n`, null);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'slow-pattern' } });
    expect(outcome.ok ? '' : outcome.error.message).toContain(advice);
  });
});

describe('one of several calls with the same name in a chain', () => {
  const text = "function run(s) {\n  return s.replace(/x/, '').replace(/\\s+$/, '').replace(/y/, '');\n}\n";
  const request = {
    path: '/project/app.js',
    position: { line: 1, column: 9 },
    callee: 'replace',
    kind: null,
    executorModule: '@offloop/executor',
  };
  const messageOf = (more: object): string => {
    const [offer] = planRemedies({ path: '/project/app.js', text }, { ...request, ...more });
    return offer?.outcome.ok === false ? offer.outcome.error.message : 'offered';
  };

  it('is told by where the call ends', () => {
    expect(messageOf({ end: { line: 1, column: 47 } })).toContain('trimEnd() gives the same here');
    expect(messageOf({ end: { line: 1, column: 27 } })).toContain('/x/');
  });

  it('is not guessed', () => {
    expect(messageOf({})).toBe(
      'Line 2 has several calls, at columns 12, 29, 49: add the column of the one you mean.',
    );
    expect(messageOf({ position: { line: 1, column: 30 } })).toContain('\\s+$');
  });
});

describe('what helps is said where no edit does', () => {
  it.each([
    [
      'function page() {\n  return «require("./parts.js");\n}\n',
      'load it at start-up, at the top of app.js.',
    ],
    [
      'async function page() {\n  return await «import("./parts.js");\n}\n',
      'load it at start-up, at the top of app.js.',
    ],
    ['const parts = «require("./parts.js");\n', 'Load less to start faster.'],
    [
      'async function seal(all) {\n  for (const row of all) await «digest(row);\n}\n',
      'move all of seal to a worker.',
    ],
    [
      'async function seal(all) {\n  for await (const row of «rows(all)) use(row);\n}\n',
      'move all of seal to a worker.',
    ],
    [
      'async function seal(row) {\n  return await «digest(row);\n}\n',
      'digest() does not block the event loop itself.',
    ],
  ])('%s', (text, advice) => {
    const { outcome } = planMarked(text, null);
    expect(outcome.ok ? 'offered' : outcome.error.message).toMatch(
      new RegExp(`${advice.replace(/[.()]/g, '\\$&')}$`),
    );
  });
});
