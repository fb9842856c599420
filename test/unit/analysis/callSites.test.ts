import { describe, expect, it } from 'vitest';
import { micros } from '../../../src/base/units.ts';
import { analyse, inWork, native, node, placeOf, siteOf } from './callSitesSupport.ts';
import type { Case } from './callSitesSupport.ts';

describe('the call site', () => {
  it.each([
    ['of a method', 'function work() {\n  return fs.readFileSync(path);\n}', 'readFileSync 2:10'],
    [
      'of an imported function',
      'function work() {\n  const a = 1, b = readFileSync(path);\n}',
      'readFileSync 2:20',
    ],
    [
      'of a renamed import',
      "import { readFileSync as read } from 'fs';\nfunction work() {\n  read(path);\n}",
      'read 3:3',
    ],
    [
      'of a renamed binding',
      'const { readFileSync: read } = fs;\nfunction work() {\n  read(path);\n}',
      'read 3:3',
    ],
    [
      'of a function kept in a variable',
      'const load = fs.readFileSync;\nfunction work() {\n  load(path);\n}',
      'load 3:3',
    ],
    ['through a string', "function work() {\n  fs['readFileSync'](path);\n}", 'readFileSync 2:3'],
    ['in an optional chain', 'function work() {\n  fs?.readFileSync?.(path);\n}', 'readFileSync 2:3'],
    [
      'within other calls',
      'function work() {\n  return parse(fs.readFileSync(path), 1);\n}',
      'readFileSync 2:16',
    ],
    ['in an arrow function', 'const work = () => {\n  fs.readFileSync(path);\n};', 'readFileSync 2:3'],
    [
      'in an async function',
      'async function work() {\n  await x;\n  fs.readFileSync(path);\n}',
      'readFileSync 3:3',
    ],
    [
      'behind a nested function that is not called',
      'function work() {\n  const f = () => fs.writeSync(1);\n  fs.readFileSync(path);\n}',
      'readFileSync 3:3',
    ],
    [
      'in a nested function that V8 inlined',
      'function work() {\n  return list.map((p) => fs.readFileSync(p));\n}',
      'readFileSync 2:26',
    ],
  ])('%s is found', (_what, text, place) => {
    const drawn = inWork(text, 'readFileSync;open', { readFileSync: node('fs'), open: native });
    expect(siteOf(drawn)).toBe(`sync-io ${place} call`);
  });

  it('of a compressor is found although its frame has another name', () => {
    const drawn = inWork('function work() {\n  zlib.gzipSync(text);\n}', 'syncBufferWrapper;writeSync', {
      syncBufferWrapper: node('zlib'),
      writeSync: native,
    });
    expect(siteOf(drawn)).toBe('compression gzipSync 2:3 call');
  });

  it('of a regular expression is found by its pattern among others', () => {
    const text =
      'const bad = /(a+)+$/;\nfunction work() {\n  if (/b/.test(x)) return;\n  return bad.test(x);\n}';
    const drawn = inWork(text, 'RegExp', { RegExp: { ...native, functionName: 'RegExp: (a+)+$' } });
    expect(siteOf(drawn)).toBe('regex test 4:10 call');
  });

  it('of a constructor is the new expression', () => {
    const drawn = inWork('function work() {\n  return new Parser(text);\n}', 'Parser', {
      Parser: { url: 'file:///app/node_modules/parser/index.js' },
    });
    expect(siteOf(drawn)).toBe('cpu Parser 2:10 call');
  });

  it('is the innermost call of the project, below a dependency that called back', () => {
    const text =
      'function outer() {\n  each(list, (item) => work(item));\n}\nfunction work(item) {\n  return marked(item);\n}';
    const drawn: Case = {
      text,
      stack: 'processTimers;outer;each;work;marked',
      frames: {
        processTimers: node('timers'),
        outer: placeOf(text, 'outer', 'app.js'),
        each: { url: 'file:///app/node_modules/each/index.js' },
        work: placeOf(text, 'function work', 'app.js'),
        marked: { url: 'file:///app/node_modules/marked/index.js' },
      },
    };
    expect(siteOf(drawn)).toBe('cpu marked 5:10 call');
  });

  it('is only the function when two calls fit equally, and the call once a live stack tells which', () => {
    const text = 'function work() {\n  fs.readFileSync(a);\n  fs.readFileSync(b);\n}';
    const drawn = inWork(text, 'readFileSync;open', { readFileSync: node('fs'), open: native });
    expect(siteOf(drawn)).toBe('sync-io readFileSync 1:10 function');
    const frames = [{ functionName: 'work', url: 'file:///app/app.js', lineNumber: 2, columnNumber: 5 }];
    const live = [{ at: micros(1_050_000), since: micros(1_000_000), frames }];
    expect(siteOf({ ...drawn, live })).toBe('sync-io readFileSync 3:3 call');
  });

  it('of the project’s own work is the call that most of the time lies below', () => {
    const text = 'function work() {\n  return render(rows);\n}\nfunction render(rows) {\n  a();\n  b();\n}';
    const drawn: Case = {
      text,
      stack: 'processTimers;work;render',
      frames: {
        processTimers: node('timers'),
        work: placeOf(text, 'work', 'app.js'),
        render: placeOf(text, 'function render', 'app.js'),
      },
    };
    expect(siteOf(drawn)).toBe('cpu render 2:10 call');
  });

  const framework = { url: 'file:///app/node_modules/router/index.js' };

  it('is not the step through a framework that leads to every handler', () => {
    const text =
      "function guard(request, next) {\n  next();\n}\napp.use(guard);\nfunction work(request) {\n  return text.split('x');\n}";
    const drawn: Case = {
      text,
      stack: 'processTimers;guard;next;handle;work',
      frames: {
        processTimers: node('timers'),
        guard: placeOf(text, 'guard', 'app.js'),
        next: framework,
        handle: framework,
        work: placeOf(text, 'function work', 'app.js'),
      },
    };
    expect(siteOf(drawn)).toBe('cpu - 5:10 function');
  });

  it('is the call around nested loops, not each step in them', () => {
    const text =
      'function work() {\n  return score(rows);\n}\nfunction score(rows) {\n  for (const a of rows)\n    for (const b of rows) n += distance(a, b);\n}\nfunction distance(a, b) {\n  return loop(a, b);\n}';
    const drawn: Case = {
      text,
      stack: 'processTimers;work;score;distance',
      frames: {
        processTimers: node('timers'),
        work: placeOf(text, 'work', 'app.js'),
        score: placeOf(text, 'function score', 'app.js'),
        distance: placeOf(text, 'function distance', 'app.js'),
      },
    };
    expect(siteOf(drawn)).toBe('cpu score 2:10 call');
    const once = text.replace('for (const b of rows) ', '');
    const { score, distance } = {
      score: placeOf(once, 'function score', 'app.js'),
      distance: placeOf(once, 'function distance', 'app.js'),
    };
    expect(siteOf({ ...drawn, text: once, frames: { ...drawn.frames, score, distance } })).toBe(
      'cpu distance 6:10 call',
    );
  });

  it('is the call that hands a function over', () => {
    const text =
      'function work() {\n  return sortBy(rows, byName);\n}\nfunction byName(row) {\n  return slow(row);\n}';
    const drawn: Case = {
      text,
      stack: 'processTimers;work;sortBy;byName',
      frames: {
        processTimers: node('timers'),
        work: placeOf(text, 'work', 'app.js'),
        sortBy: framework,
        byName: placeOf(text, 'function byName', 'app.js'),
      },
    };
    expect(siteOf(drawn)).toBe('cpu sortBy 2:10 call');
  });

  it('is each of the innermost calls where several foreign ones share the time', () => {
    const text =
      'function work() {\n  return verify(1);\n}\nfunction verify(word) {\n  const salt = bcrypt.hashSync(word);\n  return bcrypt.compareSync(word, salt);\n}';
    const drawn: Case = {
      text,
      stack: 'processTimers;work;verify;hashSync processTimers;work;verify;compareSync;inner',
      frames: {
        processTimers: node('timers'),
        work: placeOf(text, 'work', 'app.js'),
        verify: placeOf(text, 'function verify', 'app.js'),
        hashSync: framework,
        compareSync: framework,
        inner: framework,
      },
    };
    const places = analyse(drawn).findings.map(
      ({ callSite }) => `${callSite?.callee ?? '-'} ${String(callSite?.line)}:${String(callSite?.column)}`,
    );
    expect(places.sort()).toEqual(['compareSync 6:10', 'hashSync 5:16']);
  });

  it('is the call of a function by another name of its own', () => {
    const text = 'function work() {\n  a(1);\n  return marked.parse(text);\n}';
    expect(siteOf(inWork(text, 'marked', { marked: framework }))).toBe('cpu parse 3:10 call');
  });

  it('is not the dispatch that serves every route', () => {
    const text = 'function work() {\n  return handler(request);\n}\nfunction login(request) {\n  loop();\n}';
    const drawn: Case = {
      text,
      stack: 'processTimers;work;login',
      frames: {
        processTimers: node('timers'),
        work: placeOf(text, 'work', 'app.js'),
        login: placeOf(text, 'function login', 'app.js'),
      },
    };
    expect(siteOf(drawn)).toBe('cpu - 4:10 function');
  });

  it('is the call that recursion began with', () => {
    const text =
      'function work() {\n  return fib(40);\n}\nfunction fib(n) {\n  return n < 2 ? n : fib(n - 1) + fib(n - 2);\n}';
    const fib = placeOf(text, 'function fib', 'app.js');
    const drawn: Case = {
      text,
      stack: 'processTimers;work;fib;fib2;fib3',
      frames: {
        processTimers: node('timers'),
        work: placeOf(text, 'work', 'app.js'),
        fib,
        fib2: { ...fib, functionName: 'fib' },
        fib3: { ...fib, functionName: 'fib' },
      },
    };
    expect(siteOf(drawn)).toBe('cpu fib 2:10 call');
  });

  it('is the dependency where no code of the project is on the stack', () => {
    const url = 'file:///app/node_modules/sweeper/index.js';
    const drawn: Case = {
      text: '',
      stack: 'processTimers;sweep;scan',
      frames: { processTimers: node('timers'), sweep: { url }, scan: { url } },
    };
    const [finding] = analyse(drawn).findings;
    expect(finding?.callSite).toMatchObject({
      function: 'sweep',
      origin: 'dependency',
      precision: 'function',
    });
  });

  it('is none for a block of garbage collection alone', () => {
    expect(analyse({ text: '', stack: 'gc', frames: {} }).findings).toMatchObject([
      { cause: 'gc', callSite: null },
    ]);
  });
});
