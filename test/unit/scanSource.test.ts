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
});
