import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('types', import.meta.url));

describe('the types', () => {
  it('hold what test/types asserts of them, and refuse what it expects them to refuse', async () => {
    const files = readdirSync(folder).map((name) => `${folder}/${name}`);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(readFileSync(file, 'utf8')).toContain('@ts-expect-error');
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const flags = ['--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext', '--skipLibCheck'];
    const more = ['--ignoreConfig', '--types', 'node', '--exactOptionalPropertyTypes'];
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...flags, ...more, ...files]).catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    expect(stdout).toBe('');
  });
});
