import { expect, it } from 'vitest';
import { planMarked, refusalOf } from './remediesSupport.ts';

const distance = 'function distance(a, b) { return Math.abs(a.x - b.x); }\n';

it.each([
  ['loops', 'export async function f(rows) { for (const a of rows) for (const b of rows) «distance(a, b); }'],
  ['callbacks', 'export const f = async (rows) => rows.map((a) => rows.map((b) => «distance(a, b)));'],
  [
    'a loop and a callback',
    'export async function f(rows) { while (go()) rows.map((b) => «distance(b, b)); }',
  ],
])('is refused for a call within %s', (_, text) => {
  expect(refusalOf(`${distance}${text}\n`, 'extract', 'app.mjs')).toBe('called-in-loop');
});

it('says what each round of a single loop costs', () => {
  const text = 'export async function f(rows) { for (const a of rows) «distance(a, a); }\n';
  const { outcome } = planMarked(distance + text, 'extract', 'app.mjs');
  expect(outcome.ok && outcome.value.warnings.join()).toContain(
    'Each round of the loop now waits for a worker',
  );
});

it('is offered without a word where the loop only starts with the call', () => {
  const text = 'export async function f(rows) { for (const a of «distance(rows, rows)) note(a); }\n';
  const { outcome } = planMarked(distance + text, 'extract', 'app.mjs');
  expect(outcome.ok && outcome.value.warnings).toEqual([]);
});
