import { describe, expect, it } from 'vitest';
import { fixed, planMarked } from './remediesSupport.ts';

const inAsync = (imports: string, expression: string): string =>
  `${imports}\nexport async function run(a, b, c) {\n  return ${expression};\n}\n`;

/** The expression of `return` after the fix. */
const returned = (text: string): string => /return ([^]*?);\n}/.exec(text)?.[1] ?? text;

describe('how the twin is called', () => {
  const fs = "import fs from 'node:fs';";
  const table: readonly (readonly [string, string, string])[] = [
    [fs, '«fs.readFileSync(a)', 'await fs.promises.readFile(a)'],
    [fs, "«fs.readFileSync(a, 'utf8').length", "(await fs.promises.readFile(a, 'utf8')).length"],
    [fs, "JSON.parse(«fs.readFileSync(a, 'utf8'))", "JSON.parse(await fs.promises.readFile(a, 'utf8'))"],
    [fs, '«fs.readdirSync(a)[0]', '(await fs.promises.readdir(a))[0]'],
    [fs, '[...«fs.readdirSync(a)]', '[...(await fs.promises.readdir(a))]'],
    [fs, '`${«fs.readFileSync(a)}`', '`${await fs.promises.readFile(a)}`'],
    [fs, '«fs.statSync(a).size ** 2', '(await fs.promises.stat(a)).size ** 2'],
    [fs, "b + «fs.readFileSync(a, 'utf8')", "b + (await fs.promises.readFile(a, 'utf8'))"],
    [fs, 'b ? «fs.readFileSync(a) : c', 'b ? await fs.promises.readFile(a) : c'],
    [fs, '(b = «fs.readFileSync(a))', '(b = await fs.promises.readFile(a))'],
    [fs, '!«fs.existsSync(a)', '!(await fs.promises.access(a).then(() => true, () => false))'],
    [fs, "«fs['readFileSync'](a)", 'await fs.promises.readFile(a)'],
    ["import * as io from 'fs';", '«io.unlinkSync(a)', 'await io.promises.unlink(a)'],
    ["import { default as io } from 'fs';", '«io.unlinkSync(a)', 'await io.promises.unlink(a)'],
    ["const io = require('fs');", '«io.unlinkSync(a)', 'await io.promises.unlink(a)'],
    ["const io = process.getBuiltinModule('node:fs');", '«io.rmSync(a)', 'await io.promises.rm(a)'],
    ['', "«require('fs').readFileSync(a)", "await require('fs').promises.readFile(a)"],
    [
      "import fs from 'fs';\nimport fsp from 'fs/promises';\nfs.constants;",
      '«fs.rmSync(a)',
      'await fsp.rm(a)',
    ],
    ["import fs, { promises } from 'fs';", '«fs.rmSync(a)', 'await promises.rm(a)'],
    ["const { promises: p, ...fs } = require('fs');", "«require('fs').rmSync(a)", 'await p.rm(a)'],
    ["import bcrypt from 'bcrypt';", '«bcrypt.hashSync(a, 12)', 'await bcrypt.hash(a, 12)'],
    ["const glob = require('fast-glob');", '«glob.sync(a)', 'await glob.async(a)'],
    ["import findUp from 'find-up';", '«findUp.sync(a)', 'await findUp(a)'],
    ["import fs from 'fs-extra';", '«fs.readJsonSync(a)', 'await fs.readJson(a)'],
    ["import fs from 'fs-extra';", '«fs.readFileSync(a)', 'await fs.readFile(a)'],
  ];
  it.each(table)('%s: %s → %s', (imports, before, after) => {
    expect(returned(fixed(inAsync(imports, before), 'async'))).toBe(after);
  });
});

describe('callback functions are promisified once per module', () => {
  it('puts the constant below the requires it needs', () => {
    const before = `'use strict';
const crypto = require('crypto');
const express = require('express');

const login = async (password, salt) => «crypto.pbkdf2Sync(password, salt, 310000, 32, 'sha256').toString('hex');
`;
    expect(fixed(before, 'async')).toBe(`'use strict';
const crypto = require('crypto');
const { promisify } = require('util');
const pbkdf2Async = promisify(crypto.pbkdf2);
const express = require('express');

const login = async (password, salt) => (await pbkdf2Async(password, salt, 310000, 32, 'sha256')).toString('hex');
`);
  });

  it('uses the constant that another fix left', () => {
    const before = `import { promisify } from 'node:util';
import crypto from 'node:crypto';

const pbkdf2Async = promisify(crypto.pbkdf2);

export const login = async (password, salt) => «crypto.pbkdf2Sync(password, salt, 310000, 32, 'sha256');
`;
    expect(fixed(before, 'async')).toBe(`import { promisify } from 'node:util';
import crypto from 'node:crypto';

const pbkdf2Async = promisify(crypto.pbkdf2);

export const login = async (password, salt) => await pbkdf2Async(password, salt, 310000, 32, 'sha256');
`);
  });

  it('swaps a named import that nothing else uses, and keeps one that something uses', () => {
    const before = `import { gzipSync, gunzipSync } from 'zlib';
export async function pack(data) {
  return «gzipSync(data);
}
export const unpack = (data) => gunzipSync(data);
`;
    const once = fixed(before, 'async');
    expect(once).toBe(`import { gzip, gunzipSync } from 'zlib';
import { promisify } from 'util';

const gzipAsync = promisify(gzip);

export async function pack(data) {
  return await gzipAsync(data);
}
export const unpack = (data) => gunzipSync(data);
`);
  });

  it('picks the field that the blocking form returned', () => {
    const run = (expression: string): string =>
      returned(fixed(inAsync("import fs from 'fs';", expression), 'async'));
    expect(run('«fs.readSync(a, b)')).toBe('(await readAsync(a, b)).bytesRead');
    expect(run('«fs.writeSync(a, b)')).toBe('(await writeAsync(a, b)).bytesWritten');
    expect(run('«fs.openSync(a)')).toBe('await openAsync(a)');
    expect(run('«fs.realpathSync.native(a)')).toBe('await realpathAsync(a)');
  });
});

describe('child processes', () => {
  const run = (expression: string): string =>
    returned(fixed(inAsync("import { execSync, execFileSync } from 'child_process';", expression), 'async'));
  const table: readonly (readonly [string, string])[] = [
    ["«execSync(a, { encoding: 'utf8' }).trim()", "(await execAsync(a, { encoding: 'utf8' })).stdout.trim()"],
    ['«execSync(a)', "(await execAsync(a, { encoding: 'buffer' })).stdout"],
    ['«execSync(a, { cwd: b })', "(await execAsync(a, { encoding: 'buffer', cwd: b })).stdout"],
    ['«execSync(a, {})', "(await execAsync(a, { encoding: 'buffer' })).stdout"],
    [
      "«execFileSync('git', ['log', a], { encoding: 'utf8' })",
      "(await execFileAsync('git', ['log', a], { encoding: 'utf8' })).stdout",
    ],
  ];
  it.each(table)('%s → %s', (before, after) => {
    expect(run(before)).toBe(after);
  });

  it('needs review for the differences that remain', () => {
    const { outcome } = planMarked(
      inAsync("import { execSync } from 'child_process';", '«execSync(a)'),
      'async',
    );
    expect(outcome.ok && outcome.value.assumptions.map(({ code }) => code)).toEqual([
      'stdin-stays-open',
      'output-differs',
      'error-differs',
    ]);
  });
});

describe('imports', () => {
  it('replaces the only named import, in the file’s quotes and without semicolons', () => {
    expect(
      fixed(
        `import { readFileSync } from "fs"\n\nexport const load = async (path) => «readFileSync(path)\n`,
        'async',
      ),
    ).toBe(
      `import { readFile } from "fs/promises"\n\nexport const load = async (path) => await readFile(path)\n`,
    );
  });

  it('joins an import of fs/promises that is there, in its layout', () => {
    const before = `import { readFileSync, statSync } from 'node:fs';
import {
  mkdir,
  writeFile,
} from 'node:fs/promises';

export const load = async (path) => [statSync(path), «readFileSync(path), mkdir, writeFile];
`;
    expect(fixed(before, 'async')).toBe(`import { statSync } from 'node:fs';
import {
  mkdir,
  writeFile,
  readFile,
} from 'node:fs/promises';

export const load = async (path) => [statSync(path), await readFile(path), mkdir, writeFile];
`);
  });

  it('takes another name where the natural one is in use anywhere in the file', () => {
    const before = `import { readFileSync } from 'node:fs';
export async function load(path) {
  const readFile = path + '.json';
  return «readFileSync(readFile);
}
`;
    expect(fixed(before, 'async')).toBe(`import { readFile as readFileAsync } from 'node:fs/promises';
export async function load(path) {
  const readFile = path + '.json';
  return await readFileAsync(readFile);
}
`);
  });

  it('requires in a CommonJS file, destructured as before', () => {
    const before = `#!/usr/bin/env node
'use strict';
const { readFileSync: read, existsSync } = require('node:fs');

module.exports = async (path) => existsSync(path) && «read(path);
`;
    expect(fixed(before, 'async')).toBe(`#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { readFile } = require('node:fs/promises');

module.exports = async (path) => existsSync(path) && (await readFile(path));
`);
  });

  it('does not take a type-only import for a value', () => {
    const before = `import type * as fsp from 'node:fs/promises';
import { readFileSync } from 'node:fs';
export const load = async (path: string, handle: fsp.FileHandle) => [handle, «readFileSync(path)];
`;
    expect(fixed(before, 'async', 'app.ts')).toBe(`import type * as fsp from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
export const load = async (path: string, handle: fsp.FileHandle) => [handle, await readFile(path)];
`);
  });

  it('leaves a shadowed binding of the same name alone', () => {
    const before = `import { readFileSync } from 'node:fs';
import fsp from 'node:fs/promises';
export async function load(fsp, path) {
  return fsp(«readFileSync(path));
}
`;
    expect(fixed(before, 'async')).toContain("import { readFile } from 'node:fs/promises';");
  });
});

describe('layout', () => {
  it('keeps comments, line breaks and trailing commas', () => {
    const before = `import fs from 'node:fs';
const load = async (path) => {
  const text = /* the file */ «fs.readFileSync(
    path, // where
    'utf8',
  ); // all of it
  return text;
};
`;
    expect(fixed(before, 'async')).toBe(before.replace('«fs.readFileSync', 'await fs.promises.readFile'));
  });

  it('keeps CRLF line ends and a byte order mark', () => {
    const before =
      "\uFEFFimport { readFileSync } from 'fs';\r\nimport { x } from 'fs';\r\nexport const f = async (p) =>\r\n  [x, readFileSync, «readFileSync(p)];\r\n";
    const after = fixed(before, 'async');
    expect(after.startsWith('\uFEFFimport')).toBe(true);
    expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('starts a statement with a semicolon where a parenthesis would join the line above', () => {
    const before = `import zlib from 'zlib'\nexport async function run(a, log) {\n  log('start')\n  «zlib.gzipSync(a).fill(0)\n}\n`;
    expect(fixed(before, 'async')).toContain("log('start')\n  ;(await gzipAsync(a)).fill(0)\n");
  });

  it('adds no semicolon where none is needed', () => {
    const before = `import zlib from 'zlib';\nexport async function run(a) {\n  if (a) {\n    a();\n  }\n  «zlib.gzipSync(a).fill(0);\n}\n`;
    expect(fixed(before, 'async')).toContain('  }\n  (await gzipAsync(a)).fill(0);\n');
  });
});

describe('places where await may stand', () => {
  const table: readonly (readonly [string, string, string])[] = [
    [
      'an async method',
      'app.js',
      "const fs = require('fs');\nclass A { async run(p) { return «fs.readFileSync(p); } }",
    ],
    [
      'an async generator',
      'app.js',
      "const fs = require('fs');\nasync function* run(p) { yield «fs.readFileSync(p); }",
    ],
    [
      'an async callback of map',
      'app.js',
      "const fs = require('fs');\nmodule.exports = (ps) => Promise.all(ps.map(async (p) => «fs.readFileSync(p)));",
    ],
    ['the top level of an ES module', 'app.mjs', "import fs from 'fs';\nconst text = «fs.readFileSync('x');"],
    [
      'the top level of a JavaScript file with imports',
      'app.js',
      "import fs from 'fs';\nconst text = «fs.readFileSync('x');",
    ],
    [
      'a loop',
      'app.js',
      "const fs = require('fs');\nasync function run(ps) { for (const p of ps) «fs.rmSync(p); }",
    ],
    [
      'a local running total',
      'app.js',
      "const fs = require('fs');\nasync function run(ps) { let n = 0; for (const p of ps) n += «fs.statSync(p).size; return n; }",
    ],
  ];
  it.each(table)('%s', (_, file, before) => {
    expect(fixed(before, 'async', file)).toMatch(/await fs\.promises\./);
  });
});
