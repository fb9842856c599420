import { describe, expect, it } from 'vitest';
import { around, saidOf, wait } from './stateSupport.ts';

const state = 'export const state = { list: [], deep: { n: 0 }, users: new Map() };\n';

describe('state is named whatever it is called where it is touched', () => {
  it.each([
    ['destructured', state + around('const { list } = state; list.push(1);', 'list.push(2);'), 'state.list'],
    [
      'destructured under another name',
      state + around('const { list: l } = state; l.push(1);', 'l.pop();'),
      'state.list',
    ],
    [
      'destructured deep',
      state + around('const { deep: { n }, deep } = state; deep.n = n;', 'deep.n += 1;'),
      'state.deep',
    ],
    [
      'assigned to a constant',
      state + around('const l = state.list; l.push(1);', 'l.push(2);'),
      'state.list',
    ],
    [
      'assigned to a variable',
      state + around('let l; l = state.list; l.push(1);', 'l.push(2);'),
      'state.list',
    ],
    [
      'by an assigned pattern',
      state + around('let l; ({ list: l } = state); l.push(1);', 'l.push(2);'),
      'state.list',
    ],
    [
      'an element of an array',
      `const pair = [{ n: 0 }, { n: 0 }];\n${around('const [a] = pair; a.n++;', 'a.n--;')}`,
      'pair',
    ],
    [
      'an element by its key',
      state + around("const l = state['list']; l.push(1);", 'l.push(2);'),
      'state.list',
    ],
    [
      'one name and the state itself',
      state + around('const l = state.list; l.push(1);', 'state.list.push(2);'),
      'state.list',
    ],
    [
      'an element of a copy',
      state + around('const l = [...state.list]; l.at(0).n++;', 'l.at(0).n--;'),
      'state.list',
    ],
    ['behind a proxy', state + around('const r = new Proxy(state, {}); r.deep.n++;', 'r.deep.n--;'), 'state'],
    [
      'behind a weak reference',
      state + around('const w = new WeakRef(state); w.deref().n++;', 'w.deref().n--;'),
      'state',
    ],
    ['by reflection', state + around("const d = Reflect.get(state, 'deep'); d.n++;", 'd.n--;'), 'state'],
    ['by inheritance', state + around('const d = Object.create(state); d.deep.n++;', 'd.deep.n--;'), 'state'],
    [
      'in a set',
      state +
        around('const s = new Set([state.deep]); for (const d of s) d.n++;', 'for (const d of s) d.n--;'),
      'state',
    ],
    [
      'by an iterator',
      state + around('const [, v] = state.users.entries().next().value; v.n++;', 'v.n--;'),
      'state.users',
    ],
    ['names of names', state + around('const d = state.deep; const e = d; e.n++;', 'd.n--;'), 'state.deep'],
    [
      'what a map holds',
      state + around("const u = state.users.get('a'); u.seen = true;", 'u.seen = false;'),
      'state.users',
    ],
    [
      'what a search gives',
      state + around('const u = state.list.find(Boolean); u.n++;', 'u.n--;'),
      'state.list',
    ],
    [
      'elements of a loop',
      state + `export async function f() { for (const each of state.list) { each.n++; ${wait}; each.n--; } }`,
      'state.list',
    ],
    [
      'a shallow copy by spread',
      state + around('const s = { ...state }; s.list.push(1);', 's.list.pop();'),
      'state.list',
    ],
    [
      'a shallow copy by Object.assign',
      state + around('const s = Object.assign({}, state); s.deep.n++;', 's.deep.n--;'),
      'state.deep',
    ],
    [
      'the target of Object.assign',
      state + around('const s = Object.assign(state, { a: 1 }); s.a++;', 's.a--;'),
      'state',
    ],
    [
      'an object that holds it',
      state + around('const own = { l: state.list }; own.l.push(1);', 'own.l.pop();'),
      'state.list',
    ],
    [
      'elements of a copied array',
      state + around('const [first] = [...state.list]; first.n++;', 'first.n--;'),
      'state.list',
    ],
    ['one of two', state + around('const l = state.list ?? []; l.push(1);', 'l.push(2);'), 'state.list'],
    [
      'a helper that answers with it',
      `${state}const own = () => state.deep;\n${around('const d = own(); d.n++;', 'd.n--;')}`,
      'state.deep',
    ],
    [
      'a helper that is given it',
      `${state}const add = (l) => { l.push(1); };\n${around('const l = state.list; add(l);', 'add(l);')}`,
      'state.list',
    ],
    [
      'a parameter that callers give it',
      `${state}async function f(l) { const n = l.length; const t = ${wait}; return t + l.length + n; }\nawait f(state.list);`,
      'state.list',
    ],
    [
      'this under another name',
      `export class A { n = 0; async f() { const self = this; self.n = 1; const t = ${wait}; self.n = 2; return t; } }`,
      'this.n',
    ],
    [
      'a field of this',
      `export class A { list = []; async f() { const { list } = this; list.push(1); const t = ${wait}; list.pop(); return t; } }`,
      'this.list',
    ],
    [
      'a module of the project',
      `import { store } from './store.mjs';\n${around('const { list } = store; list.push(1);', 'list.pop();')}`,
      'store.list',
    ],
    [
      'another top-level name',
      `${state}const rows = state.list;\n${around('rows.push(1);', 'state.list.pop();')}`,
      'state.list',
    ],
    [
      'a caller’s object in part',
      around('const { list } = options; list.push(1);', 'list.pop();', 'options'),
      'options.list',
    ],
    [
      'an object of its own that others find',
      `const jobs = [];\nexport const all = () => jobs;\n${around("const job = { state: 'new' }; jobs.push(job); job.state = 'run';", "job.state = 'done';")}`,
      'job.state',
    ],
  ])('%s', (_, text, name) => {
    const said = saidOf(text);
    expect(said).toMatch(/state-across-wait|state-in-call|object-shared/);
    expect(said).toContain(name);
  });

  it.each([
    [
      'numbers that were read before',
      `let n = 0;\nexport const set = (x) => { n = x; };\n${around('const was = n;', 'console.log(`${was}`);')}`,
    ],
    ['a copy in depth', `${state}${around('const l = structuredClone(state.list); l.push(1);', 'l.pop();')}`],
    ['a copy whose elements stay', `${state}${around('const l = [...state.list]; l.push(1);', 'l.pop();')}`],
    [
      'constants',
      `const table = { a: [1, 2] };\n${around('const { a } = table; const n = a.length;', 'console.log(n, a[0]);')}`,
    ],
    ['an object of its own', around('const job = { n: 0 }; job.n = 1;', 'job.n = 2;')],
    [
      'a name that is given something of its own',
      `${state}${around('let l = [1]; l.push(2);', 'l = []; l.push(3);')}`,
    ],
    [
      'a parameter that callers give something of their own',
      `async function f(o) { const n = o.a; const t = ${wait}; return t + o.b + n; }\nawait f({ a: 1, b: 2 });`,
    ],
  ])('but not %s', (_, text) => {
    expect(saidOf(text)).toBe('proven');
  });
});
