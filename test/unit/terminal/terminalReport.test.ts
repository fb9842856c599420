import { expect, test } from 'vitest';
import { causes } from '../../../src/report/cause.ts';
import type { ReportBlock } from '../../../src/report/report.ts';
import { renderReport } from '../../../src/terminal/render/renderReport.ts';
import { widthOf } from '../../../src/terminal/text.ts';
import { blockOf, findingOf, reportOf, siteOf, viewOf } from './terminalSupport.ts';

const fix = {
  kind: 'diff',
  title: 'Use the asynchronous version: await pbkdf2(…)',
  diff: '@@ -2,1 +2,1 @@\n-  const key = pbkdf2Sync(password, salt, 310_000, 32);\n+  const key = await pbkdf2Async(password, salt, 310_000, 32);',
  elsewhere: [],
  assumptions: [],
  warnings: [],
  line: 2,
  column: 15,
} as const;

/** Everything that a fix says besides its change. */
const saying = (text: string) => ({
  elsewhere: [text],
  assumptions: [{ code: 'caller-not-seen', message: text, file: text, line: 3 }],
  warnings: [text],
});

const escape = String.fromCharCode(27);
const isRaw = (text: string): boolean => /[\p{Cc}\u202E\u2028]/u.test(text.replaceAll('\n', ''));

test('A report shows what was recorded, where the loop was blocked, and the fix as a diff', () => {
  const rendered = renderReport(reportOf(), viewOf({ proposals: new Map([['f1', fix]]) }));
  expect(rendered).toBe(`
server.js · Node v24.1.0 · pid 123
recorded  10 s · 1,987 samples, every 5 ms · 812 requests · 12 ms not observed
loop      41 % busy · delay p50 1.2 ms, p99 180 ms, longest 412 ms
blocks    1 · 412 ms in all (4 %) · longest 412 ms
          ▃██▅

────────────────────────────────────────────────────────────────────────────────
1.  pbkdf2Sync in login  crypto
    src/login.ts:2:15

      1 │ export async function login({ password, salt }) {
    ❯ 2 │   const key = pbkdf2Sync(password, salt, 310_000, 32);
        │               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      3 │   return key.toString('hex');

    blocked 14 times, longest 412 ms, p50 96 ms, 3.1 s in all, 31 % of the time
    while serving POST /login
    The key or hash is computed on the loop, which is slow on purpose.

    at pbkdf2Sync (node:internal/crypto/pbkdf2:62:1)
    at login (src/login.ts:2:15)

    Fix: Use the asynchronous version: await pbkdf2(…)
    @@ -2,1 +2,1 @@
    -  const key = pbkdf2Sync(password, salt, 310_000, 32);
    +  const key = await pbkdf2Async(password, salt, 310_000, 32);

────────────────────────────────────────────────────────────────────────────────
1 finding with a fix. Apply one: offloop fix src/login.ts:2:15 --write`);
});

test('A fix that reaches further names the other files and what to look at, and the place that means one call', () => {
  const far = {
    ...fix,
    elsewhere: ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'],
    warnings: ['load changes shared state.'],
    line: 3,
    column: 20,
  };
  const rendered = renderReport(reportOf(), viewOf({ proposals: new Map([['f1', far]]) }));
  expect(rendered).toContain(`It also changes a.ts, b.ts, c.ts, 2 more files.
    Note: load changes shared state.`);
  expect(rendered).toContain('offloop fix src/login.ts:3:20 --write');
});

test('A fix that needs review says so, and what must hold', () => {
  const proposals = new Map([['f1', { ...fix, assumptions: saying('Look.').assumptions }]]);
  const shown = renderReport(reportOf(), viewOf({ proposals }));
  expect(shown).toContain('Fix (needs review): Use');
  expect(shown).toContain('Needs review: Look. (Look.:3)');
});

test('Several findings are listed before they are shown', () => {
  const parse = findingOf({
    id: 'f2',
    cause: 'serialization',
    callSite: siteOf({ file: 'src/api.ts', callee: 'parse', function: 'load', line: 7, column: 3 }),
    count: 1204,
    totalMs: 402,
    maxMs: 61.2,
  });
  const proposals = new Map([['f1', fix]]);
  const lines = renderReport(reportOf({ findings: [findingOf(), parse] }), viewOf({ proposals })).split('\n');
  expect(lines.slice(7, 10)).toEqual([
    '       blocked  longest    times  fix  call',
    '   1.    3.1 s   412 ms      14×  ✓    pbkdf2Sync in login  src/login.ts:2:15',
    '   2.   402 ms    61 ms   1,204×  –    parse in load        src/api.ts:7:3',
  ]);
  const narrow = renderReport(reportOf({ findings: [findingOf(), parse] }), viewOf({ width: 70 })).split(
    '\n',
  );
  expect(narrow[8]).toBe('   1.    3.1 s   412 ms      14×  –    pbkdf2Sync in login  …n.ts:2:15');
});

test('Where no fix applies, one line says why', () => {
  const proposals = new Map([['f1', { kind: 'none', reason: 'A constructor cannot wait.' } as const]]);
  expect(renderReport(reportOf(), viewOf({ proposals })).split('\n').at(-1)).toBe(
    '    No fix: A constructor cannot wait.',
  );
});

test('What was not measured is left out instead of shown as nothing', () => {
  const report = reportOf({
    target: { pid: null, node: null, title: null, url: null, debuggerAttached: null },
    recording: {
      startedAt: null,
      durationMs: 10_000,
      samples: 1,
      intervalMs: null,
      unobservedMs: null,
      marks: [],
      requests: null,
      threads: [],
    },
    loop: { utilization: null, turns: null, delayMs: null, stalls: null },
    findings: [],
    blocks: [],
  });
  expect(renderReport(report, viewOf())).toBe(`
A recorded profile
recorded  10 s · 1 sample
blocks    none

Nothing blocked the event loop.`);
});

test('Names from the target cannot send control sequences to the terminal', () => {
  const evil = `x${escape}[2J\u0007\u202Egnp.exe\r\n\u2028`;
  const frame = { function: evil, file: evil, line: 1, column: 1, kind: 'user' } as const;
  const report = reportOf({
    target: { pid: 1, node: evil, title: evil, url: evil, debuggerAttached: true },
    findings: [
      findingOf({ callSite: siteOf({ file: evil, function: evil, callee: evil }), threads: [evil] }),
    ],
    blocks: [blockOf({ thread: evil, request: { method: evil, url: evil }, stack: [frame] })],
  });
  const view = viewOf({
    excerpts: { read: () => `a\nb ${evil.replaceAll(/[\r\n]/g, '')}\nc` },
    proposals: new Map([['f1', { ...fix, title: evil, diff: `@@\n-${evil}`, ...saying(evil) }]]),
  });
  const rendered = renderReport(report, view);
  expect(isRaw(evil)).toBe(true);
  expect(isRaw(rendered)).toBe(false);
  expect(rendered).toContain('x\\x1b[2J\\x07\\u202egnp.exe\\x0d\\x0a\\u2028');
});

test.each([40, 60, 80, 120])('No line is wider than a terminal of %i columns', (width) => {
  const long = 'averylongname'.repeat(20);
  const report = reportOf({
    target: { pid: 1, node: 'v24.1.0', title: long, url: null, debuggerAttached: true },
    findings: [
      findingOf({
        callSite: siteOf({ file: `${long}/界界.ts`, function: long, column: 300, endColumn: 900 }),
      }),
    ],
    blocks: [
      blockOf({
        request: { method: 'GET', url: `/${long}` },
        stack: Array.from({ length: 30 }, () => ({
          function: long,
          file: long,
          line: 1,
          column: 1,
          kind: 'user',
        })),
      }),
    ],
  });
  const view = viewOf({
    width,
    excerpts: { read: () => `one\n${'界 '.repeat(600)}\nthree ${long}` },
    proposals: new Map([['f1', { ...fix, diff: `${fix.diff}\n+${long} ${long}`, ...saying(long) }]]),
  });
  const tooWide = renderReport(report, view)
    .split('\n')
    .filter((line) => widthOf(line) > width);
  expect(tooWide).toEqual([]);
});

test('Colour changes nothing but the colour', () => {
  const proposals = new Map([['f1', fix]]);
  const coloured = renderReport(reportOf(), viewOf({ proposals, color: true }));
  const plain = renderReport(reportOf(), viewOf({ proposals }));
  expect(coloured).not.toBe(plain);
  const colours = new RegExp(`${escape}\\[\\d+m`, 'g');
  const trimmed = coloured
    .replaceAll(colours, '')
    .split('\n')
    .map((line) => line.trimEnd());
  expect(trimmed.join('\n')).toBe(plain);
});

test('The callee is named as the source has it', () => {
  const titleFor = (written: object): string | undefined =>
    renderReport(
      reportOf({ findings: [findingOf({ callSite: siteOf({ callee: 'parse', ...written }) })] }),
      viewOf(),
    )
      .split('\n')
      .find((line) => line.startsWith('1.'));
  expect(titleFor({ written: 'JSON.parse' })).toBe('1.  JSON.parse in login  crypto');
  expect(titleFor({})).toBe('1.  parse in login  crypto');
});

test('A block outside the code of the project has no excerpt and no place', () => {
  const finding = findingOf({ cause: 'gc', callSite: null, count: 1 });
  const rendered = renderReport(reportOf({ findings: [finding], blocks: [] }), viewOf());
  expect(rendered.split('\n').slice(-4)).toEqual([
    '1.  Garbage collection  gc',
    '',
    '    blocked once for 412 ms, 31 % of the time',
    '    The garbage collector stopped the program.',
  ]);
});

test('A call that cannot be told from its function says how much is certain', () => {
  const finding = findingOf({ callSite: siteOf({ callee: null, precision: 'function' }), stale: true });
  const rendered = renderReport(reportOf({ findings: [finding] }), viewOf());
  expect(rendered).toContain('1.  login  crypto');
  expect(rendered.replaceAll(/\s+/g, ' ')).toContain(
    'The function is certain; the line in it is not. The source has changed since the program started.',
  );
});

test('Only so many findings are printed, and the rest is named', () => {
  const findings = Array.from({ length: 33 }, (_, index) => findingOf({ id: `f${String(index)}` }));
  const lines = renderReport(reportOf({ findings }), viewOf()).split('\n');
  expect(lines.filter((line) => /^\d+\. /.test(line))).toHaveLength(30);
  expect(lines.at(-1)).toBe('3 more findings: --json writes them all.');
});

test.each(causes)('The cause %s is explained in a sentence', (cause) => {
  const rendered = renderReport(reportOf({ findings: [findingOf({ cause })], blocks: [] }), viewOf());
  expect(rendered.split('\n').at(-1)).toMatch(/^ {4}\S.*\.$/);
});

test('Blocks of worker threads are named apart: they are no share of the main thread’s time', () => {
  const worker = blockOf({ thread: 'worker 2', durationMs: 9_000 });
  const rowOf = (blocks: readonly ReportBlock[]): string | undefined =>
    renderReport(reportOf({ blocks }), viewOf())
      .split('\n')
      .find((line) => line.startsWith('blocks'));
  expect(rowOf([blockOf(), worker, worker])).toBe(
    'blocks    1 · 412 ms in all (4 %) · longest 412 ms · and 2 in worker threads',
  );
  expect(rowOf([worker])).toBe('blocks    none · and 1 in worker threads');
});

test('A request whose method is not known is named by its url alone', () => {
  const served = (method: string): string =>
    renderReport(reportOf({ blocks: [blockOf({ request: { method, url: '/direct' } })] }), viewOf());
  expect(served('')).toContain('\n    while serving /direct\n');
  expect(served('PUT')).toContain('\n    while serving PUT /direct\n');
});

const framed = (name: string): ReportBlock['stack'] => [
  { function: name, file: 'src/api.ts', line: 7, column: 3, kind: 'user' },
];
const lesser = (stack?: ReportBlock['stack'], ms = 60): ReportBlock['parts'][number] => ({
  findingId: 'f2',
  cause: 'serialization',
  ms,
  ...(stack && { stack }),
});

/** How the finding `f2` is shown beside the larger `f1`. */
const lesserShown = (blocks: readonly ReportBlock[]): string => {
  const findings = [findingOf(), findingOf({ id: 'f2', cause: 'serialization' })];
  return renderReport(reportOf({ findings, blocks }), viewOf()).split('\n2.  ')[1] ?? '';
};

test('A finding that shares its blocks with a larger one has its request and its own stack', () => {
  const { parts } = blockOf();
  const short = blockOf({ parts: [...parts, lesser(framed('short'), 60)] });
  const long = blockOf({ parts: [...parts, lesser(framed('long'), 90)], durationMs: 160 });
  const shown = lesserShown([short, long]);
  expect(shown).toContain('    while serving POST /login\n');
  expect(shown).toContain('    at long (src/api.ts:7:3)');
  expect(shown).not.toContain('at short');
  expect(shown).not.toContain('at login');
});

test('The stack of a block in which a finding is the largest is preferred', () => {
  const shared = blockOf({ parts: [...blockOf().parts, lesser(framed('shared'), 90)] });
  const own = blockOf({ parts: [lesser()], stack: framed('own') });
  expect(lesserShown([shared, own])).toContain('    at own (src/api.ts:7:3)');
  expect(lesserShown([shared, { ...own, stack: [] }])).toContain('    at shared (src/api.ts:7:3)');
});

test('A part without a stack of its own is shown without one', () => {
  const shown = lesserShown([blockOf({ parts: [...blockOf().parts, lesser()] })]);
  expect(shown).toContain('    while serving POST /login\n');
  expect(shown).not.toContain('    at ');
});

test('Several processes and their threads are counted in the summary', () => {
  const { recording } = reportOf();
  const threads = [1, 1, 2, 3].map((pid, index) => ({ id: `thread ${String(index)}`, pid }));
  const rendered = renderReport(reportOf({ recording: { ...recording, threads } }), viewOf({ width: 120 }));
  expect(rendered).toContain('812 requests · 4 threads · 3 processes · 12 ms not observed');
});

test.each([
  [['worker 2'], 'blocked the event loop of worker 2 14 times, longest 412 ms'],
  [['worker 2', 'worker 3'], 'blocked the event loop of worker 2 and worker 3 14 times,'],
  [['worker 2', 'worker 3', 'worker 4'], 'blocked the event loops of 3 worker threads 14 times,'],
  [['main', 'worker 2'], 'blocked 14 times, longest 412 ms'],
])('A finding of %j says whose loop it blocked', (threads, text) => {
  const rendered = renderReport(reportOf({ findings: [findingOf({ threads })] }), viewOf());
  expect(rendered.replaceAll(/\s+/g, ' ')).toContain(text);
});

test('The time of a part is told apart from that of its block', () => {
  const parts = [{ findingId: 'f1', cause: 'crypto', ms: 60 }] as const;
  const text = (block: ReportBlock, maxMs: number): string =>
    renderReport(reportOf({ findings: [findingOf({ maxMs, count: 1 })], blocks: [block] }), viewOf());
  expect(text(blockOf({ parts }), 60)).toContain('blocked once for 60 ms, in blocks of up to 412 ms');
  expect(text(blockOf(), 412)).toContain('blocked once for 412 ms, 31 %');
});
