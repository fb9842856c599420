import { describe, expect, it } from 'vitest';
import { micros } from '../../../../src/base/units.ts';
import { node } from '../callSitesSupport.ts';
import { frameIn, sitesOf } from './drawnProgram.ts';

const library = 'node_modules/lib/index.js';
const work = (text: string, name: string, code = `function ${name}(x) {\n}`): readonly string[] => {
  const files = { 'app.js': text, [library]: code };
  const entered = frameIn(files, library, name, code.includes(`${name}(`) ? undefined : 'function (');
  const frames = {
    processTimers: node('timers'),
    work: frameIn(files, 'app.js', 'work'),
    entered: { ...entered, functionName: name },
  };
  return sitesOf({ files, stacks: ['processTimers;work;entered 100'], frames });
};

describe('a callee whose own name is another', () => {
  it.each([
    [
      'as its file exports it',
      "const X = require('lib');\nfunction work() {\n  X.read(1);\n  X.write(2);\n}",
      'readSync',
      'function readSync(x) {\n}\nX.read = readSync;',
      'read app.js:3',
    ],
    [
      'as its module exports it',
      "import * as X from 'lib';\nfunction work() {\n  X.other(1);\n  X.load(2);\n}",
      'loadAll',
      'function loadAll(x) {\n}\nexport { loadAll as load };',
      'load app.js:4',
    ],
    [
      'by its package, without a name',
      "const jwt = require('lib');\nfunction work() {\n  note(1);\n  jwt.sign(2);\n}",
      'module.exports',
      'module.exports = function (x) {\n};',
      'sign app.js:4',
    ],
    [
      'behind what a compiler wrote around the import',
      "const lib_1 = __importDefault(require('lib'));\nfunction work() {\n  note(1);\n  (0, lib_1.default)(2);\n}",
      'Reader',
      undefined,
      '(0, lib_1.default)(2) app.js:4',
    ],
    [
      'made by the package',
      "import lib from 'lib';\nconst page = lib.compile('x');\nfunction work() {\n  note(1);\n  page(2);\n}",
      'ret',
      undefined,
      'page app.js:5',
    ],
    [
      'taken apart',
      "const { sync: spawn } = require('lib');\nfunction work() {\n  note(1);\n  spawn(2);\n}",
      'spawnSync',
      undefined,
      'spawn app.js:4',
    ],
  ])('is known %s', (_what, text, name, code, site) => {
    expect(work(text, name, code)).toEqual([`cpu ${site} call`]);
  });

  it('is not guessed where two calls are of the package', () => {
    const text = "const lib = require('lib');\nfunction work() {\n  lib.a(1);\n  lib.b(2);\n}";
    expect(work(text, 'other')).toEqual(['cpu other app.js:2 function']);
  });

  it('is of its line where the calls that fit are all on one', () => {
    const text = "const { parse } = require('lib');\nfunction work() {\n  return parse(1) + parse(2);\n}";
    expect(work(text, 'parse')).toEqual(['cpu parse app.js:3 line']);
  });
});

describe('callbacks of one title', () => {
  it('have findings of their own', () => {
    const files = {
      'app.js':
        "const lib = require('lib');\napp.use(one => {\n  lib.parse(1);\n});\napp.use(two => {\n  lib.parse(2);\n});",
      [library]: 'function parse(x) {\n}',
    };
    const frames = {
      processTimers: node('timers'),
      one: { ...frameIn(files, 'app.js', '', 'use(o'), columnNumber: 8 },
      two: { ...frameIn(files, 'app.js', '', 'use(t'), columnNumber: 8 },
      parse: frameIn(files, library, 'parse'),
    };
    expect(
      sitesOf({
        files,
        frames,
        stacks: ['processTimers;one;parse 100', 'idle 5', 'processTimers;two;parse 80'],
      }),
    ).toEqual(['cpu parse app.js:3 call', 'cpu parse app.js:6 call']);
  });
});

describe('a block without code of the project', () => {
  const text = [
    "import { hash } from 'lib';",
    'async function login(password) {',
    '  const value = await hash(password);',
    '  return value;',
    '}',
    "const name = hash('at once');",
  ].join('\n');
  const files = { 'app.js': text, [library]: 'function step(x) {\n}' };
  const scripts = [{ scriptId: '1', url: 'file:///app/app.js', sourceMapUrl: '' }];
  const frames = { processImmediate: node('internal/timers'), step: frameIn(files, library, 'step') };
  const stacks = ['processImmediate;step 100'];

  it('is of the only call that waits for something of the package', () => {
    expect(sitesOf({ files, stacks, frames, scripts })).toEqual(['cpu hash app.js:3 call awaited']);
  });

  describe('where several wait', () => {
    const several = [
      "import { hash, verify } from 'lib';",
      'export function register(password, done) {',
      '  hash(password, (value) => done(value));',
      '}',
      'export function login(password, done) {',
      '  verify(password, (value) => done(value));',
      '}',
    ].join('\n');
    const code = [
      'function step(x) {',
      '}',
      'function verify(x) {',
      '  step(x);',
      '}',
      'exports.hash = function hash(x) {',
      '  setImmediate(function begun() {',
      '    step(x);',
      '  });',
      '};',
    ].join('\n');
    const both = { 'app.js': several, [library]: code };
    const known = {
      ...frames,
      processTimers: node('timers'),
      step: frameIn(both, library, 'step'),
      verify: frameIn(both, library, 'verify'),
      begun: frameIn(both, library, 'begun'),
      login: frameIn(both, 'app.js', 'login'),
    };

    it('is of the one that was seen to call the package before', () => {
      const seen = ['processTimers;login;verify;step 100', 'idle 5', 'processImmediate;step 60'];
      expect(sitesOf({ files: both, stacks: seen, frames: known, scripts })).toEqual([
        'cpu verify app.js:6 call',
      ]);
    });

    it('is of the one within whose function the code was written, also when it goes on', () => {
      const begun = ['processImmediate;begun;step 100', 'idle 5', 'processImmediate;step 60'];
      expect(sitesOf({ files: both, stacks: begun, frames: known, scripts })).toEqual([
        'cpu hash app.js:3 call awaited',
      ]);
    });
  });

  it('is of none where several wait and nothing tells which', () => {
    const two = { ...files, 'app.js': `${text}\nawait hash('x');` };
    expect(sitesOf({ files: two, stacks, frames, scripts })).toEqual([
      `cpu - ${library}:1 function of lib@?`,
    ]);
  });

  it('is of the call that an asynchronous stack shows, of whatever package', () => {
    const awaiting = [{ functionName: 'login', url: 'file:///app/app.js', lineNumber: 2, columnNumber: 16 }];
    const leaf = { functionName: 'step', url: `file:///app/${library}`, lineNumber: 1, columnNumber: 0 };
    const live = [{ at: micros(1_050_000), since: micros(1_000_000), frames: [leaf], awaiting }];
    const two = { ...files, 'app.js': `${text}\nawait hash('x');` };
    expect(sitesOf({ files: two, stacks, frames, scripts, live })).toEqual([
      'cpu hash app.js:3 call awaited',
    ]);
  });
});

it('is of a package on which the imported one depends, whose code that exports', () => {
  const files = {
    'package.json': '{ "dependencies": { "lib": "1" } }',
    'node_modules/lib/package.json': '{ "name": "lib", "dependencies": { "typed": "1" } }',
    'node_modules/typed/index.js': 'function typedFn(x) {\n}',
    'app.js': "import { solve } from 'lib';\nfunction work(task) {\n  note(1);\n  solve(task.value);\n}",
  };
  const frames = {
    processTimers: node('timers'),
    work: frameIn(files, 'app.js', 'work'),
    typedFn: frameIn(files, 'node_modules/typed/index.js', 'typedFn'),
  };
  expect(sitesOf({ files, stacks: ['processTimers;work;typedFn 100'], frames })).toEqual([
    'cpu solve app.js:4 call',
  ]);
});

describe('a package that wraps all that it exports in one function', () => {
  const code = [
    'const wrap = (run) => function () {',
    '  return run();',
    '};',
    'function _copy(x) {',
    '}',
    'function removeSync(x) {',
    '}',
    'exports.copy = wrap(_copy);',
    'exports.remove = wrap(removeSync);',
  ].join('\n');
  const text = "const lib = require('lib');\nfunction work() {\n  lib.copy(1);\n  lib.remove(2);\n}";
  const files = { 'app.js': text, [library]: code };
  const frames = {
    processTimers: node('timers'),
    work: frameIn(files, 'app.js', 'work'),
    wrapped: { ...frameIn(files, library, '', 'function ('), functionName: '' },
    _copy: frameIn(files, library, '_copy'),
    removeSync: frameIn(files, library, 'removeSync'),
    openSync: node('fs'),
  };

  it('has its calls told apart by what the wrapper calls', () => {
    const sites = (leaf: string): readonly string[] =>
      sitesOf({ files, stacks: [`processTimers;work;wrapped;${leaf} 100`], frames });
    expect(sites('_copy')).toEqual(['cpu copy app.js:3 call']);
    expect(sites('removeSync;openSync')).toEqual(['sync-io remove app.js:4 call']);
  });

  it('has two findings where both calls block in one turn', () => {
    const stacks = [
      'processTimers;work;wrapped;_copy 100',
      'processTimers;work;wrapped;removeSync;openSync 100',
    ];
    expect([...sitesOf({ files, stacks, frames })].sort()).toEqual([
      'cpu copy app.js:3 call',
      'sync-io remove app.js:4 call',
    ]);
  });
});
