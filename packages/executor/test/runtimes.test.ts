import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../scripts/matrix.mjs', import.meta.url));

describe('the runtime matrix', () => {
  it('has what it documents in every cell, on this Node', { timeout: 180_000 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [script], {
      env: { ...process.env, OFFLOOP_NODES: process.execPath },
    }).catch((error: unknown) => error as { readonly stdout: string });
    const rows = stdout
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
    expect(rows.length).toBeGreaterThan(18);
    for (const row of rows) expect(row).toMatch(/\| (?:✓|–)[^✗]*\|$/);
  });
});
