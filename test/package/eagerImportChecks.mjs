import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const BUNDLE = path.join(ROOT, 'dist', 'extension.js');

/**
 * Built-in modules that loading the extension may touch: VS Code has them loaded anyway. What talks to targets or
 * runs programs belongs to the first command.
 */
const EAGER_BUILTINS = new Set([
  'path',
  'url',
  'crypto',
  'fs',
  'fs/promises',
  'os',
  'events',
  'util',
  'child_process',
  'timers/promises',
]);

/**
 * Loads the bundle in a Node of its own with a stand-in for `vscode` and lists what it asked for. The stand-in
 * answers every property, so that classes which extend VS Code's can be defined.
 */
const PROBE = `
  const Module = require('node:module');
  const asked = [];
  const load = Module._load;
  const anything = new Proxy(function () {}, {
    get: (_, name) => (name === 'prototype' ? {} : name === Symbol.toPrimitive ? () => '' : anything),
    apply: () => anything,
    construct: () => anything,
  });
  Module._load = function (name, parent, isMain) {
    if (name === 'vscode') return anything;
    asked.push(name);
    return load.call(this, name, parent, isMain);
  };
  const extension = require(process.argv[1]);
  asked.shift();
  console.log(JSON.stringify({ asked, exported: Object.keys(extension) }));
`;

/** @returns {import('../ui/support/runChecks.mjs').Check[]} */
export function eagerImportChecks() {
  return [
    {
      title: 'loading the extension imports only light built-in modules, and no other file',
      check: () => {
        const { asked } = loadBundle();
        const heavy = asked.filter((name) => !EAGER_BUILTINS.has(name.replace(/^node:/, '')));
        assert.deepEqual([...new Set(heavy)], []);
      },
    },
    {
      title: 'the extension calls no blocking API: its host belongs to all extensions',
      check: async () => {
        const calls = (await readFile(BUNDLE, 'utf8')).match(/\b\w+Sync\(/g) ?? [];
        assert.deepEqual(calls, []);
      },
    },
    {
      title: 'the bundle exports activate and deactivate',
      check: () => {
        const { exported } = loadBundle();
        assert.deepEqual(exported.toSorted(), ['activate', 'deactivate']);
      },
    },
  ];
}

/** @returns {{ asked: string[], exported: string[] }} */
function loadBundle() {
  assert.ok(existsSync(BUNDLE), 'dist/extension.js is missing: run npm run build');
  return JSON.parse(execFileSync(process.execPath, ['-e', PROBE, BUNDLE], { encoding: 'utf8' }));
}
