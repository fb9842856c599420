import { describe, expect, it } from 'vitest';
import type { Plan, Refusal } from '../../../src/remedies/plan.ts';
import type { Result } from '../../../src/base/result.ts';
import { planMarked } from './remediesSupport.ts';

const head = "import fs from 'node:fs';\nimport { cached } from './cache.js';\n";

const planned = (text: string): Result<Plan, Refusal> => planMarked(head + text, 'async', 'app.mjs').outcome;

function outcomeOf(text: string): string {
  const outcome = planned(text);
  if (!outcome.ok) return outcome.error.code;
  return (
    outcome.value.assumptions
      .map(({ code, message }) => `${code}: ${message.split(' ')[0] ?? ''}`)
      .join(' ') || 'offered'
  );
}

const wait = "«fs.readFileSync('x', 'utf8')";

describe('a wait is refused where other calls could change what the function relies on', () => {
  it.each([
    [
      'a sum is read before and written after',
      `let n = 0; const f = async () => { n = n + ${wait}.length; };`,
    ],
    [
      'what is written comes from what was read before',
      `let id = 0; const f = async () => { const own = id; const text = ${wait}; id = own + 1; return text; };`,
    ],
    [
      'a variable is set before and trusted after',
      `let user; const f = async (u) => { user = u; const text = ${wait}; return user + text; };`,
    ],
    [
      'so is a field',
      `class A { async f(u) { this.user = u; const text = ${wait}; return this.user + text; } }`,
    ],
    [
      'so is a part of an object',
      `const state = {}; const f = async (u) => { state.user = u; ${wait}; return state.user; };`,
    ],
    [
      'so is what another file of the project has',
      `const f = async (u) => { cached.user = u; ${wait}; return cached.user; };`,
    ],
    [
      'the head of a queue is looked at before and taken after',
      `const queue = []; const f = async () => { const q = queue[0]; ${wait}; queue.shift(); return q; };`,
    ],
    [
      'a file is read and then written',
      `const f = async () => { const all = JSON.parse(${wait}); all.n++; fs.writeFileSync('x', String(all)); };`,
    ],
    [
      'a file is read and then the write waits',
      'const f = async (p) => { const n = Number(fs.readFileSync(p)); «fs.writeFileSync(p, String(n + 1)); };',
    ],
    [
      'two functions read and write one file',
      `const db = 'db.json'; const load = async () => «fs.readFileSync(db); const save = (x) => fs.writeFileSync(db, x);`,
    ],
    [
      'something is made unless it is there',
      'const f = async (p) => { if (!«fs.existsSync(p)) fs.mkdirSync(p); };',
    ],
  ])('%s', (_, text) => {
    expect(outcomeOf(text)).toMatch(/^(state|file)-across-wait: /);
  });
});

describe('a wait needs review where nothing is lost but something is seen', () => {
  it.each([
    [
      'a cache is looked at before and filled after',
      `const all = new Map(); const f = async (p) => { if (all.has(p)) return all.get(p); const text = ${wait}; all.set(p, text); return text; };`,
      'state-across-wait: all',
    ],
    [
      'a flag is set before and taken back after',
      `let busy = false; const f = async () => { busy = true; const text = ${wait}; busy = false; return text; };`,
      'state-across-wait: busy',
    ],
    [
      'a file that all calls share is replaced',
      "const f = async (text) => { «fs.writeFileSync('out', text); };",
      "file-across-wait: 'out'",
    ],
    [
      'so is each of a list that all calls share',
      "const files = ['a']; const f = async (text) => { for (const file of files) «fs.writeFileSync(file, text); };",
      'file-across-wait: file',
    ],
    [
      'an object of the caller is written before and read after',
      `const f = async (user) => { user.seen = true; const text = ${wait}; return user.seen + text; };`,
      'object-shared: user.seen',
    ],
    [
      'something is made once and used after',
      `let all; const f = async () => { if (!all) { all = new Map(); } const text = ${wait}; return all.get(text); };`,
      'state-across-wait: all',
    ],
    [
      'a file of its own, gone at the end',
      'const f = async (p) => { try { return «fs.readFileSync(p); } finally { fs.rmSync(p); } };',
      'file-across-wait: p',
    ],
    [
      'a file is written that two calls may name',
      "const first = fs.readFileSync('out'); const f = async (p) => { «fs.writeFileSync(p, first); };",
      'file-across-wait: p',
    ],
  ])('%s', (_, text, assumption) => {
    expect(outcomeOf(text)).toBe(assumption);
  });
});

describe('a wait is offered where each call has its own', () => {
  it.each([
    [
      'local variables',
      `const f = async () => { let n = 0; n = n + 1; const text = ${wait}; return text + n; };`,
    ],
    ['what is only counted', `let n = 0; const f = async () => { n++; return ${wait}; };`],
    ['what is made once', `let all; const f = async () => { all ??= new Map(); return ${wait}; };`],
    [
      'what is only read',
      `const limit = { n: 3 }; const f = async () => { const text = ${wait}; return text.slice(limit.n); };`,
    ],
  ])('%s', (_, text) => {
    expect(outcomeOf(text)).toBe('offered');
  });
});

describe('a change after the wait is seen later, and by calls that overlap in another order', () => {
  it.each([
    ['of a variable', `let last; const f = async () => { last = ${wait}; return last; };`],
    ['of a list', `const all = []; const f = async () => { all.push(${wait}); };`],
    [
      'by a helper',
      `const all = []; const keep = (x) => { all.push(x); }; const f = async () => { const t = ${wait}; keep(t); };`,
    ],
  ])('%s', (_, text) => {
    expect(outcomeOf(text)).toContain('state-seen-early');
  });
});
