import { describe, expect, it } from 'vitest';
import { scanSource } from '../../../src/code/scan/scanSource.ts';
import type { SourceText } from '../../../src/code/sourceProvider.ts';

const head =
  "import fs from 'node:fs';\nimport { pbkdf2Sync } from 'node:crypto';\nimport bcrypt from 'bcrypt';\n";

/** The calls found in a file beside other files of the project, by path below `/p`. */
const found = (text: string, others: Readonly<Record<string, string>> = {}): readonly string[] => {
  const read = (path: string): SourceText | undefined => {
    const other = others[path.replace('/p/', '')];
    return other === undefined ? undefined : { path, text: other };
  };
  return scanSource({ path: '/p/a.mjs', text: head + text }, { read }).map(
    ({ site, cause }) => `${site.callee ?? ''} ${cause}`,
  );
};

describe('a look at the source without running it', () => {
  it('finds what is made to block, with the cause that a measurement would name', () => {
    expect(
      found(
        "const f = async () => { fs.statSync('x'); pbkdf2Sync('a', 'b', 1, 1, 'sha1'); bcrypt.hashSync('a', 4); };",
      ),
    ).toEqual(['statSync sync-io', 'pbkdf2Sync crypto', 'hashSync native-addon']);
  });

  it('finds it in handlers, too', () => {
    expect(found("app.get('/', () => fs.readFileSync('x'));")).toEqual(['readFileSync sync-io']);
    expect(found("const f = (req) => fs.readFileSync('x');")).toEqual(['readFileSync sync-io']);
  });

  it('leaves out what runs once, at the start or at the end', () => {
    expect(found("fs.readFileSync('x'); function f() { fs.readFileSync('x'); }")).toEqual([]);
    expect(found("process.on('exit', () => fs.rmSync('x'));")).toEqual([]);
  });

  it('leaves out what takes only as long as its data is large', () => {
    expect(found('const f = async (x) => JSON.parse(JSON.stringify(structuredClone(x)));')).toEqual([]);
  });

  describe('that is a statement of a database', () => {
    const sqlite = "import { DatabaseSync } from 'node:sqlite';\nconst db = new DatabaseSync('shop.db');\n";

    it('finds it through the names of the database and of the statement', () => {
      expect(found(`${sqlite}const f = async () => db.prepare('SELECT 1').all();`)).toEqual(['all database']);
      expect(
        found(
          `${sqlite}const one = db.prepare('SELECT ?');\nconst f = async (id) => { db.exec('BEGIN'); return one.get(id); };`,
        ),
      ).toEqual(['exec database', 'get database']);
      expect(
        found(
          "const { DatabaseSync: D } = require('node:sqlite');\nclass Shop {\n  #db = new D('x');\n  async f() { this.#db.prepare('x').run(); }\n}",
        ),
      ).toEqual(['run database']);
    });

    it('finds it in better-sqlite3, whose statements can be set up', () => {
      expect(
        found(
          "import Database from 'better-sqlite3';\nconst db = Database ? new Database('x') : null;\nconst sure = new Database('x');\nconst f = async () => { db.prepare('x').all(); sure.prepare('x').pluck().all(); };",
        ),
      ).toEqual(['all database']);
    });

    const uses = 'const f = async () => db.prepare("SELECT 1").all();';
    const made = "import Database from 'better-sqlite3';\n";
    it.each([
      ['a named export', "import { db } from './db.js';", `${made}export const db = new Database('x');`],
      [
        'a renamed export',
        "import { shop as db } from './db.js';",
        `${made}const it = new Database('x');\nexport { it as shop };`,
      ],
      ['a default export', "import db from './db.js';", `${made}export default new Database('x');`],
      [
        'a name as the default',
        "import db from './db.js';",
        `${made}const it = new Database('x');\nexport default it;`,
      ],
      [
        'CommonJS',
        "const { db } = require('./db.js');",
        "const Database = require('better-sqlite3');\nmodule.exports = { db: new Database('x') };",
      ],
      [
        'a whole module',
        "const db = require('./db.js');",
        "module.exports = new (require('better-sqlite3'))('x');",
      ],
    ])('finds it where another module made the database: %s', (_how, imports, text) => {
      expect(found(`${imports}\n${uses}`, { 'db.js': text })).toEqual(['all database']);
    });

    it('finds it where another module prepared the statement, and through re-exports', () => {
      const others = {
        'db.js': `${made}export const db = new Database('x');`,
        'index.js': "export * from './db.js';\nexport { byId } from './statements.js';",
        'statements.js': "import { db } from './db.js';\nexport const byId = db.prepare('SELECT ?');",
      };
      const text = "import { db, byId } from './index.js';\nimport * as all from './index.js';\n";
      const calls = 'const f = async () => { byId.get(1); db.exec("BEGIN"); all.byId.run(2); };';
      expect(found(`${text}${calls}`, others)).toEqual(['get database', 'exec database', 'run database']);
    });

    it('does not take what another module may change for a database, nor what it makes of another kind', () => {
      const others = {
        'db.js': `${made}export let db = new Database('x');\nexport const reset = () => { db = null; };`,
        'map.js': 'export const db = new Map();',
        'loop.js': "export { db } from './loop.js';",
      };
      for (const file of Object.keys(others))
        expect(found(`import { db } from './${file}';\n${uses}`, others)).toEqual([]);
    });

    it('leaves out what only has the same names, and what does not run a statement', () => {
      expect(
        found(
          "import { open } from 'sqlite';\nconst db = open('x');\nconst f = async () => db.prepare('x').all();",
        ),
      ).toEqual([]);
      expect(found(`${sqlite}const f = async () => { db.prepare('x'); db.close(); map.get('x'); };`)).toEqual(
        [],
      );
      expect(found(`${sqlite}const f = async (db) => db.prepare('x').all();`)).toEqual([]);
    });
  });
});
