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

const sum = 'function sum(list) { let n = 0; for (const x of list) n += x; return n; }\n';
const few = "const kinds = ['a', 'b'];\n";

it.each([
  [
    'short calls of a loop',
    `${distance}export async function f(rows) { for (const a of rows) «distance(a, a); }`,
    'called-in-loop',
  ],
  [
    'a large number of rounds',
    `${sum}export async function f(x) { for (let i = 0; i < 900000; i++) «sum(x); }`,
    'called-in-loop',
  ],
  [
    'a large number with a name',
    `const most = 5e5;\n${sum}export async function f(x) { for (let i = 0; i < most; i++) «sum(x); }`,
    'called-in-loop',
  ],
  [
    'a number that is not known',
    `${sum}export async function f(rows) { for (const a of rows) «sum(a); }`,
    'one-trip-per-round',
  ],
  [
    'a few rounds',
    `${few}${sum}export async function f(x) { for (let i = 0; i < 3; i++) «sum(x); }`,
    'one-trip-per-round',
  ],
])('for %s', (_, text, expected) => {
  const { outcome } = planMarked(`${text}\n`, 'extract', 'app.mjs');
  const codes = outcome.ok ? outcome.value.assumptions.map(({ code }) => code) : [outcome.error.code];
  expect(codes).toContain(expected);
});

it('is offered without a word where the loop only starts with the call', () => {
  const text = 'export async function f(rows) { for (const a of «distance(rows, rows)) note(a); }\n';
  const { outcome } = planMarked(distance + text, 'extract', 'app.mjs');
  expect(outcome.ok && outcome.value.assumptions.map(({ code }) => code)).not.toContain('one-trip-per-round');
});
