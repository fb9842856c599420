import { describe, expect, it } from 'vitest';
import { planMarked, fixed, refusalOf } from './remediesSupport.ts';

describe('the worker-thread remedy', () => {
  it('hands the builtin itself to toThread and imports it once', () => {
    const before = `import crypto from 'node:crypto';
import express from 'express';

export async function login(password, salt) {
  return «crypto.pbkdf2Sync(password, salt, 310_000, 32, 'sha256').toString('hex');
}
`;
    const once = fixed(before, 'thread');
    expect(once).toBe(`import crypto from 'node:crypto';
import express from 'express';
import { toThread } from '@offloop/executor';

export async function login(password, salt) {
  return (await toThread(crypto.pbkdf2Sync, password, salt, 310_000, 32, 'sha256')).toString('hex');
}
`);
    const second = `${once}export const zip = async (data) => «crypto.scryptSync(data, 'salt', 32);\n`;
    expect(fixed(second, 'thread')).toBe(
      `${once}export const zip = async (data) => await toThread(crypto.scryptSync, data, 'salt', 32);\n`,
    );
  });

  it('gives the function a line of its own where the arguments have theirs', () => {
    const before = `const { gzipSync } = require("zlib")
module.exports = async (data) =>
  «gzipSync( // small
    data,
    { level: 9 },
  )
`;
    expect(fixed(before, 'thread')).toBe(`const { gzipSync } = require("zlib")
const { toThread } = require("@offloop/executor")
module.exports = async (data) =>
  await toThread(gzipSync, // small
    data,
    { level: 9 },
  )
`);
    expect(fixed(before.replace(' // small', ''), 'thread')).toContain(
      'await toThread(\n    gzipSync,\n    data,',
    );
  });

  it('names another default executor with runInExecutor(null, …)', () => {
    const before =
      "import { scryptSync } from 'crypto';\nexport const key = async (a) => «scryptSync(a, 'salt', 32);\n";
    expect(fixed(before, 'executor')).toContain("await runInExecutor(null, scryptSync, a, 'salt', 32)");
  });

  it('says that the project needs the executor', () => {
    const before =
      "import { scryptSync } from 'crypto';\nexport const key = async (a) => «scryptSync(a, 'salt', 32);\n";
    const thread = planMarked(before, 'thread').outcome;
    const twin = planMarked(before, 'async').outcome;
    expect(thread.ok && thread.value.needsExecutor).toBe(true);
    expect(twin.ok && !twin.value.needsExecutor).toBe(true);
  });

  it('takes another name when the file has a toThread of its own', () => {
    const before =
      "import { scryptSync } from 'crypto';\nconst toThread = 1;\nexport const key = async (a) => «scryptSync(a, toThread, 32);\n";
    expect(fixed(before, 'thread')).toContain(
      "import { toThread as toThreadAsync } from '@offloop/executor';",
    );
  });
});

describe('what cannot cross to a worker', () => {
  const inAsync = (expression: string, above = ''): string =>
    `const fs = require('fs'); const crypto = require('crypto'); const zlib = require('zlib');\n${above}\nasync function run(a, b) { return ${expression}; }\n`;
  const table: readonly (readonly [string, string, string])[] = [
    ['«fs.cpSync(a, b, { filter: () => true })', '', 'argument-cannot-be-cloned'],
    ['«fs.cpSync(a, b, { filter })', 'const filter = () => true;', 'argument-cannot-be-cloned'],
    [
      '«fs.cpSync(a, b, options)',
      'const options = { filter() { return true; } };',
      'argument-cannot-be-cloned',
    ],
    ["«fs.readFileSync(new URL('x', a))", '', 'argument-cannot-be-cloned'],
    ['«fs.readFileSync(where)', "const where = new URL('file:///x');", 'argument-cannot-be-cloned'],
    ['«zlib.gzipSync(this)', '', 'argument-cannot-be-cloned'],
    ['«fs.statSync(a)', '', 'result-cannot-be-cloned'],
    ['«fs.readdirSync(a, { withFileTypes: true })', '', 'result-cannot-be-cloned'],
    ['«fs.readdirSync(a, b)', '', 'result-cannot-be-cloned'],
    ['«fs.opendirSync(a)', '', 'handle-cannot-cross-threads'],
    ['«fs.readSync(a, b)', '', 'argument-is-written'],
    ['«crypto.randomFillSync(a)', '', 'argument-is-written'],
    ['«JSON.parse(a)', '', 'result-copy-costs-more'],
    ['«JSON.stringify(a)', '', 'argument-copy-costs-more'],
    ['«structuredClone(a)', '', 'argument-copy-costs-more'],
    ["«require('bcryptjs').hashSync(a, 10)", '', 'function-not-importable'],
    ['«/(a+)+$/.test(a)', '', 'slow-pattern'],
    ['a.match«(pattern)', 'const pattern = /(a+)+$/g;', 'slow-pattern'],
    ["«crypto.createHash('sha256').update(a).digest('hex')", '', 'handle-cannot-cross-threads'],
    [
      "db.prepare«('select 1').all()",
      "const db = new (require('node:sqlite').DatabaseSync)('x');",
      'handle-cannot-cross-threads',
    ],
    [
      "db.prepare('select 1').all«()",
      "const Database = require('better-sqlite3'); const db = new Database('x');",
      'handle-cannot-cross-threads',
    ],
    [
      'statement.all«()',
      "const Database = require('better-sqlite3'); const db = new Database('x'); const statement = db.prepare('x');",
      'handle-cannot-cross-threads',
    ],
    ['«render(a)', 'function render(a) { return a; }', 'unsupported-remedy'],
  ];
  it.each(table)('%s (%s) is refused: %s', (expression, above, code) => {
    expect(refusalOf(inAsync(expression, above), 'thread')).toBe(code);
  });

  it('accepts what structured clone copies', () => {
    expect(fixed(inAsync("«fs.readdirSync(a, { encoding: 'utf8' })"), 'thread')).toContain(
      'toThread(fs.readdirSync, a',
    );
    expect(
      fixed(inAsync('«zlib.brotliCompressSync(Buffer.from(a), { chunkSize: 1024 })'), 'thread'),
    ).toContain('toThread(');
  });
});
