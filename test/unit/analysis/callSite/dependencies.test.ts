import { describe, expect, it } from 'vitest';
import { micros } from '../../../../src/base/units.ts';
import { node } from '../callSitesSupport.ts';
import { frameIn, sitesOf } from './drawnProgram.ts';

const manifests = {
  'package.json': '{ "dependencies": { "pipe": "1" } }',
  'node_modules/pipe/package.json': '{ "name": "pipe", "version": "1.0.0" }',
};
const pipe = 'node_modules/pipe/index.js';

describe('a dependency that spends its time in calls of its own', () => {
  const text = [
    "const tools = require('tools');",
    'function dispatch(value) {',
    '  transform(value);',
    '}',
    'function transform(value) {',
    '  tools.make(value);',
    '  tools.check(value);',
    '}',
  ].join('\n');
  const files = {
    ...manifests,
    [pipe]: text,
    'node_modules/tools/index.js': 'function make(x) {\n}\nfunction check(x) {\n}\nfunction small(x) {\n}',
  };
  const frames = {
    processTimers: node('timers'),
    dispatch: frameIn(files, pipe, 'dispatch'),
    transform: frameIn(files, pipe, 'transform', 'function transform('),
    make: frameIn(files, 'node_modules/tools/index.js', 'make'),
    check: frameIn(files, 'node_modules/tools/index.js', 'check'),
  };
  const way = 'processTimers;dispatch;transform';

  it('is named at each of them, where they are few', () => {
    const stacks = [`${way};make 60`, `${way};check 50`];
    expect(sitesOf({ files, stacks, frames })).toEqual([
      `cpu make ${pipe}:6 call of pipe@1.0.0`,
      `cpu check ${pipe}:7 call of pipe@1.0.0`,
    ]);
  });

  it('is named at its call of another package of the project, not at what that does within itself', () => {
    const both = { ...files, 'package.json': '{ "dependencies": { "pipe": "1", "tools": "1" } }' };
    const code = 'function make(x) {\n  check(x);\n}\nfunction check(x) {\n}';
    const inside = { ...both, 'node_modules/tools/index.js': code };
    const known = {
      ...frames,
      check: frameIn(inside, 'node_modules/tools/index.js', 'check', 'function check('),
    };
    const stacks = [`${way};make;check;make;check 100`];
    expect(sitesOf({ files: inside, stacks, frames: known })).toEqual([
      `cpu make ${pipe}:6 call of pipe@1.0.0`,
    ]);
  });

  it('is named at the one call to which several ways lead', () => {
    const stacks = [`${way};make 50`, 'processTimers;dispatch;near;transform;make 45'];
    const near = { functionName: 'near', url: 'file:///app/node_modules/far/index.js' };
    const known = { ...frames, near: { ...near, lineNumber: 0, columnNumber: 0 } };
    expect(sitesOf({ files, stacks, frames: known })).toEqual([`cpu make ${pipe}:6 call of pipe@1.0.0`]);
  });

  it('is named at the call above them, where the time is its own', () => {
    const stacks = [`${way};make 20`, `${way} 90`];
    expect(sitesOf({ files, stacks, frames })).toEqual([`cpu transform ${pipe}:3 call of pipe@1.0.0`]);
  });
});

it('names both calls of one function that share its time, the smaller one, too', () => {
  const files = {
    'app.js': "const lib = require('lib');\nfunction work() {\n  lib.read(1);\n  lib.write(2);\n}",
    'node_modules/lib/index.js': 'function read(x) {\n}\nfunction write(x) {\n}',
  };
  const frames = {
    processTimers: node('timers'),
    work: frameIn(files, 'app.js', 'work'),
    read: frameIn(files, 'node_modules/lib/index.js', 'read'),
    write: frameIn(files, 'node_modules/lib/index.js', 'write'),
  };
  const stacks = ['processTimers;work;read 35', 'processTimers;work;write 75'];
  expect(sitesOf({ files, stacks, frames })).toEqual(['cpu write app.js:4 call', 'cpu read app.js:3 call']);
});

it('names the innermost function of the family where its call cannot be told, not the dispatch to it', () => {
  const engine = 'node_modules/@x/engine/main.js';
  const parser = 'node_modules/@x/nodes/html.js';
  const files = {
    'node_modules/@x/engine/package.json': '{ "name": "@x/engine", "version": "2.0.0" }',
    'node_modules/@x/nodes/package.json': '{ "name": "@x/nodes", "version": "2.0.0" }',
    [engine]: 'function dispatch(flow) {\n  flow.onInput(1);\n}',
    [parser]: [
      "const dom = require('dom');",
      'function onInput(text) {',
      '  const $ = dom.load(text);',
      '  $(1);',
      '  $(2);',
      '}',
    ].join('\n'),
    'node_modules/dom/index.js': 'function initialize(x) {\n}',
  };
  const frames = {
    processTimers: node('timers'),
    dispatch: frameIn(files, engine, 'dispatch'),
    onInput: frameIn(files, parser, 'onInput'),
    initialize: frameIn(files, 'node_modules/dom/index.js', 'initialize'),
  };
  const scripts = [{ scriptId: '1', url: `file:///app/${engine}`, sourceMapUrl: '' }];
  const stacks = ['processTimers;dispatch;onInput;initialize 100'];
  expect(sitesOf({ files, stacks, frames, scripts })).toEqual([
    `cpu initialize ${parser}:2 function of @x/nodes@2.0.0`,
  ]);
});

it('takes the call that V8 has at a place, not a longer one that begins there', () => {
  const text = [
    "const lib = require('lib');",
    'const template = lib.compile(1);',
    'function work() {',
    '  note(template(1));',
    '  return template(2).trim();',
    '}',
  ].join('\n');
  const files = { 'app.js': text, 'node_modules/lib/index.js': 'function ret(x) {\n}' };
  const frames = {
    processTimers: node('timers'),
    work: frameIn(files, 'app.js', 'work'),
    ret: frameIn(files, 'node_modules/lib/index.js', 'ret'),
  };
  const live = [
    {
      at: micros(1_050_000),
      since: micros(1_000_000),
      frames: [
        { functionName: 'ret', url: 'file:///app/node_modules/lib/index.js', lineNumber: 1, columnNumber: 0 },
        { functionName: 'work', url: 'file:///app/app.js', lineNumber: 4, columnNumber: 9 },
      ],
    },
  ];
  expect(sitesOf({ files, stacks: ['processTimers;work;ret 100'], frames, live })).toEqual([
    'cpu template app.js:5 call',
  ]);
});

it.each([
  ['was published without the sources of its map', 'src/pipe.ts'],
  ['has a map that leads to a file of the project', '../../src/pipe.ts'],
])('names the script of a package that %s', (_what, source) => {
  const mappings = ';AAAA;AACA;AACA;AACA';
  const map = { version: 3, sources: [source], sourcesContent: ['x'], names: [], mappings };
  const comment = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
  const text = 'function step(x) {\n}\nfunction run(x) {\n  step(x);\n}';
  const files = { ...manifests, 'src/pipe.ts': 'function step(x) {\n}\n', [pipe]: text };
  const frames = {
    processTimers: node('timers'),
    run: frameIn(files, pipe, 'run'),
    step: frameIn(files, pipe, 'step'),
  };
  const scripts = [{ scriptId: '1', url: `file:///app/${pipe}`, sourceMapUrl: comment }];
  const stacks = ['processTimers;run;step 100'];
  expect(sitesOf({ files, stacks, frames, scripts })).toEqual([`cpu step ${pipe}:4 call of pipe@1.0.0`]);
});
