import { describe, expect, it } from 'vitest';
import { requestIn } from '../../../src/analysis/findings/requestIn.ts';
import type { Mark } from '../../../src/recording/recording.ts';
import { micros } from '../../../src/base/units.ts';

const request = (atMs: number, url: string): Mark => ({
  kind: 'request',
  at: micros(atMs * 1000),
  method: 'GET',
  url,
});
const beat = (atMs: number): Mark => ({ kind: 'beat', at: micros(atMs * 1000) });
const entry = (ms: number): Mark => ({ kind: 'entry', at: micros(ms * 1000) });
const block = { start: micros(100_000), end: micros(160_000) };
const urlOf = (marks: readonly Mark[]): string | null => requestIn(block, marks)?.url ?? null;

describe('the request that a block served', () => {
  it('is the one that arrived as the block began', () => {
    expect(urlOf([beat(90), request(100.3, '/login'), beat(160)])).toBe('/login');
  });

  it('may have arrived before the first sample of the block, in the same turn', () => {
    expect(urlOf([beat(94), request(95, '/login'), beat(160)])).toBe('/login');
  });

  it('is not one of a turn before', () => {
    expect(urlOf([request(95, '/ping'), beat(96), beat(160)])).toBeNull();
  });

  it('is not one whose callback was over', () => {
    expect(urlOf([entry(92), request(93, '/ping'), entry(100)])).toBeNull();
    expect(urlOf([request(93, '/ping'), entry(94), entry(100)])).toBeNull();
  });

  it('is the last of several that opened it, and the first of those that came while it ran', () => {
    expect(urlOf([request(95, '/a'), request(100, '/b'), request(150, '/c')])).toBe('/b');
    expect(urlOf([request(130, '/c'), request(150, '/d')])).toBe('/c');
  });

  it('is nobody when none arrived in time', () => {
    expect(urlOf([request(50, '/early'), request(170, '/late')])).toBeNull();
  });
});
