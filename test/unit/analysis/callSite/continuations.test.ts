import { describe, expect, it } from 'vitest';
import { node } from '../callSitesSupport.ts';
import { frameIn, sitesOf } from './drawnProgram.ts';

const guard = [
  'exports.guard = function () {',
  '  return function guardHandler(req, res, next) {',
  '    const ok = judge(req);',
  '    next();',
  '  };',
  '};',
  'function judge(req) {',
  '  return spin(req);',
  '}',
].join('\n');
const manifests = {
  'package.json': '{ "dependencies": { "guard": "^1" } }',
  'node_modules/guard/package.json': '{ "name": "guard", "version": "1.2.3" }',
  'node_modules/guard/index.js': guard,
};

/** The loop calls `outer` of the project, that `link`, which leads into the package. */
const drawn = (text: string, stack: string): readonly string[] => {
  const files = { ...manifests, 'app.js': text };
  const frames = {
    processTimers: node('timers'),
    emit: node('events'),
    outer: text.includes('outer(') ? frameIn(files, 'app.js', 'outer') : {},
    link: frameIn(files, 'app.js', 'link'),
    guardHandler: frameIn(files, 'node_modules/guard/index.js', 'guardHandler'),
    judge: frameIn(files, 'node_modules/guard/index.js', 'judge'),
  };
  return sitesOf({ files, stacks: [`processTimers;${stack} 100`], frames });
};

describe('a call that goes on with what was handed in', () => {
  it.each<[string, string, string, string?]>([
    ['a middleware', 'function link(req, res, next) {\n  log(req);\n  next();\n}', 'next:3'],
    ['a callback', 'function link(error, done) {\n  done(null, error);\n}', 'done:2'],
    ['a wrapper of handlers', 'function link(handler) {\n  return handler(1);\n}', 'handler:2'],
    [
      'a listener of a package',
      "function link(bus) {\n  bus.emit('request', 1);\n}",
      'emit:2',
      'link;emit;guardHandler;judge',
    ],
    [
      'the executor of a promise',
      'const made = new Promise(function link(resolve) {\n  resolve(1);\n});',
      'resolve:2',
    ],
  ])(
    'of %s is passed over: the dependency that the project names made the call',
    (_what, text, via, stack = 'link;guardHandler;judge') => {
      expect(drawn(text, stack)).toEqual([
        `cpu judge node_modules/guard/index.js:3 call via ${via} of guard@1.2.3`,
      ]);
    },
  );

  it('leaves the call further out that is none', () => {
    const text = [
      'function link(error, done) {',
      '  done(error);',
      '}',
      'function outer(req) {',
      '  withUser(req, link);',
      '}',
    ].join('\n');
    expect(drawn(text, 'outer;link;guardHandler;judge')).toEqual(['cpu withUser app.js:5 call via done:2']);
  });

  it('is the site where nothing else is known', () => {
    const files = { 'app.js': 'function link(task) {\n  return task(1);\n}' };
    const frames = {
      processTimers: node('timers'),
      link: frameIn(files, 'app.js', 'link'),
      task: node('internal/crypto/pbkdf2'),
    };
    expect(sitesOf({ files, stacks: ['processTimers;link;task 100'], frames })).toEqual([
      'crypto task app.js:2 call',
    ]);
  });

  it('is not one by its name alone', () => {
    const text = "const next = require('guard').guard();\nfunction link(req) {\n  next(req);\n}";
    expect(drawn(text, 'link;guardHandler;judge')).toEqual(['cpu next app.js:3 call']);
  });
});

describe('a block of dependencies alone', () => {
  const files = {
    'package.json': '{ "dependencies": { "direct": "1" } }',
    'node_modules/@own/cli/package.json': '{ "name": "@own/cli", "version": "3.0.0" }',
    'node_modules/@own/cli/bin.js': '',
    'node_modules/@own/core/package.json': '{ "name": "@own/core", "version": "3.1.0" }',
    'node_modules/@own/core/index.js': 'function core(x) {\n\n  return inner(x);\n}',
    'node_modules/direct/package.json': '{ "name": "direct", "version": "2.0.0" }',
    'node_modules/direct/index.js': 'function direct(x) {\n  return inner(x);\n}',
    'node_modules/far/package.json': '{ "name": "far", "version": "1.0.0" }',
    'node_modules/far/index.js': 'function far(x) {\n\n\n  return next(x);\n}',
    'node_modules/deep/index.js': 'function inner(x) {\n  return x;\n}',
  };
  const frames = {
    processTimers: node('timers'),
    core: frameIn(files, 'node_modules/@own/core/index.js', 'core'),
    direct: frameIn(files, 'node_modules/direct/index.js', 'direct'),
    far: frameIn(files, 'node_modules/far/index.js', 'far'),
    inner: frameIn(files, 'node_modules/deep/index.js', 'inner'),
    next: frameIn(files, 'node_modules/deep/index.js', 'next', 'inner('),
  };
  const cli = { scriptId: '3', url: 'file:///app/node_modules/@own/cli/bin.js', sourceMapUrl: '' };

  it.each([
    [
      'of the family of the package that was started',
      'direct;core;inner',
      [cli],
      'inner node_modules/@own/core/index.js:3 call of @own/core@3.1.0',
    ],
    [
      'of a package that the project names',
      'far;direct;inner',
      [],
      'inner node_modules/direct/index.js:2 call of direct@2.0.0',
    ],
    ['of the outermost one', 'far;next', [], 'next node_modules/far/index.js:4 call of far@1.0.0'],
  ])('is charged to a call %s', (_what, stack, scripts, site) => {
    expect(sitesOf({ files, stacks: [`processTimers;${stack} 100`], frames, scripts })).toEqual([
      `cpu ${site}`,
    ]);
  });
});
