import { readFileSync } from 'node:fs';
import { inflateRawSync, deflateRawSync } from 'node:zlib';
import { toThread } from '@offloop/executor';
import { describe, expect, it } from 'vitest';

describe('keyword arguments', () => {
  it('are the options object of the function, passed like any argument', async () => {
    const file = new URL('../fixtures/plain.cjs', import.meta.url).pathname;
    expect(await toThread(readFileSync, file, { encoding: 'utf8' })).toBe(readFileSync(file, 'utf8'));
    const stored = await toThread(deflateRawSync, 'a'.repeat(1_000), { level: 0 });
    expect(stored.length).toBeGreaterThan(1_000);
    expect(inflateRawSync(stored).toString()).toBe('a'.repeat(1_000));
  });
});
