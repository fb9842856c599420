import { afterEach, describe, expect, it, vi } from 'vitest';
import { PassThrough } from 'node:stream';
import { tableStyle, terminalStyle } from '../../../src/terminal/output/terminalStyle.ts';

const stream = (properties: object): NodeJS.WriteStream =>
  Object.assign(new PassThrough(), properties) as unknown as NodeJS.WriteStream;

describe('the style of a terminal', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('has no colour in a pipe, whatever the environment suggests about terminals', () => {
    vi.stubEnv('FORCE_COLOR', '0');
    vi.stubEnv('CI', 'true');
    expect(terminalStyle(stream({}))).toEqual({ color: false, width: 100 });
  });

  it('has colour where a person looks, unless NO_COLOR is set', () => {
    vi.stubEnv('FORCE_COLOR', '');
    vi.stubEnv('NO_COLOR', '');
    expect(terminalStyle(stream({ isTTY: true, columns: 80 }))).toEqual({ color: true, width: 80 });
    vi.stubEnv('NO_COLOR', '1');
    expect(terminalStyle(stream({ isTTY: true })).color).toBe(false);
  });

  it('is as wide as the terminal for a table, and as wide as it gets in a pipe', () => {
    expect(tableStyle(stream({ isTTY: true, columns: 200 })).width).toBe(200);
    expect(tableStyle(stream({})).width).toBe(Infinity);
    expect(terminalStyle(stream({ isTTY: true, columns: 200 })).width).toBe(120);
  });

  it('has colour in a pipe when FORCE_COLOR asks for it', () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('FORCE_COLOR', '1');
    expect(terminalStyle(stream({})).color).toBe(true);
  });
});
