import { describe, expect, it } from 'vitest';
import { scanSource } from '../../src/analysis/scan/scanSource.ts';

const head =
  "import fs from 'node:fs';\nimport { pbkdf2Sync } from 'node:crypto';\nimport bcrypt from 'bcrypt';\n";

const found = (text: string): readonly string[] =>
  scanSource({ path: '/p/a.mjs', text: head + text }).map(
    ({ site, cause }) => `${site.callee ?? ''} ${cause}`,
  );

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
