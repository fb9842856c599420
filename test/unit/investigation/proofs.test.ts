import { describe, expect, it } from 'vitest';
import type { Report, ReportBlock } from '../../../src/report/report.ts';
import { requestRoute } from '../../../src/recording/requestRoute.ts';
import { compareReports } from '../../../src/investigation/verdicts/compareReports.ts';
import type { Verdict } from '../../../src/investigation/verdicts/judgeFinding.ts';
import { validateReport } from '../support/validateReport.ts';
import { blockOf, findingOf, loaded, reportOf } from '../terminal/terminalSupport.ts';

interface Side {
  readonly routes?: Readonly<Record<string, number>> | null;
  readonly durationMs?: number;
  /** Requests of routes that were not kept. */
  readonly unnamed?: number;
  /** Route of each block; null for one that served no request. */
  readonly blocks?: readonly (string | null)[];
  readonly root?: string;
  /** Version of the code that was loaded. */
  readonly code?: string;
}

const frame = (name: string): ReportBlock['stack'][number] => ({
  function: name,
  file: name === 'primes' ? 'src/primes.ts' : 'node:internal/timers',
  line: 1,
  column: 1,
  kind: name === 'primes' ? 'user' : 'node',
});

/** A report of a server with one finding, whose blocks are given. */
function sideOf({
  code = 'first',
  routes = null,
  durationMs = 10_000,
  unnamed = 0,
  blocks = [],
  root = 'emit',
}: Side): Report {
  const drawn = blocks.map((route): ReportBlock => {
    const [method = '', url = ''] = route?.split(' ') ?? [];
    return blockOf({
      request: route === null ? null : { method, url },
      stack: ['primes', ...root.split(';')].map(frame),
    });
  });
  const requests = Object.values(routes ?? {}).reduce((sum, count) => sum + count, unnamed);
  const { recording } = reportOf();
  return reportOf({
    recording: { ...recording, durationMs, requests, routes, code: loaded(code) },
    findings: blocks.length === 0 ? [] : [findingOf({ count: blocks.length })],
    blocks: drawn,
  });
}

const verdict = (before: Side, after: Side): Verdict | undefined =>
  compareReports(sideOf(before), sideOf({ code: 'second', ...after })).findings[0]?.verdict;

const primes = { routes: { 'GET /primes': 5, 'POST /login': 5 }, blocks: Array(5).fill('GET /primes') };

describe('that a call blocks no more', () => {
  it('is not told from requests of other routes', () => {
    expect(verdict(primes, { routes: { 'POST /login': 10 } })).toBe('cannot-tell');
  });

  it('is told once its own route was asked for five times', () => {
    expect(verdict(primes, { routes: { 'GET /primes': 4, 'POST /login': 10 } })).toBe('cannot-tell');
    expect(verdict(primes, { routes: { 'GET /primes': 5 } })).toBe('gone');
  });

  it('is expected as often as before where only some requests of its route block', () => {
    const seldom = { routes: { 'GET /primes': 300 }, blocks: Array(3).fill('GET /primes') };
    expect(verdict(seldom, { routes: { 'GET /primes': 100 } })).toBe('cannot-tell');
    expect(verdict(seldom, { routes: { 'GET /primes': 300 } })).toBe('cannot-tell');
    expect(verdict(seldom, { routes: { 'GET /primes': 700 } })).toBe('gone');
  });

  it('adds up over the routes that reach the call', () => {
    const both = {
      routes: { 'GET /a': 2, 'GET /b': 2 },
      blocks: ['GET /a', 'GET /a', 'GET /b', 'GET /b'],
    };
    expect(verdict(both, { routes: { 'GET /a': 4 } })).toBe('cannot-tell');
    expect(verdict(both, { routes: { 'GET /a': 4, 'GET /b': 1 } })).toBe('gone');
    expect(verdict(both, { routes: { 'GET /a': 5 } })).toBe('gone');
  });

  it('matches routes whose segments are ids', () => {
    const users = { routes: { 'GET /user/:id': 3 }, blocks: ['GET /user/1', 'GET /user/2', 'GET /user/3'] };
    expect(verdict(users, { routes: { 'GET /user/:id': 5 } })).toBe('gone');
  });

  it('takes requests of unknown routes before as its own, and afterwards as others', () => {
    const some = { ...primes, unnamed: 30 };
    expect(verdict(some, { routes: { 'GET /primes': 20 } })).toBe('cannot-tell');
    expect(verdict(some, { routes: { 'GET /primes': 40 } })).toBe('gone');
    expect(verdict(primes, { routes: {}, unnamed: 33 })).toBe('cannot-tell');
  });

  it('is told by time of what timers do, whatever was asked for', () => {
    const blocks = Array(5).fill(null) as null[];
    const job = { routes: { 'GET /': 10 }, blocks, root: 'listOnTimeout;processTimers' };
    expect(verdict(job, { routes: {} })).toBe('gone');
    expect(verdict(job, { routes: { 'GET /': 99 }, durationMs: 5000 })).toBe('cannot-tell');
  });

  it('is not told by time alone of what may be the rest of a request', () => {
    const root = 'processTicksAndRejections;listOnTimeout;processTimers';
    const rest = { routes: { 'GET /': 5 }, blocks: Array(5).fill(null) as null[], root };
    expect(verdict(rest, { routes: {} })).toBe('cannot-tell');
    expect(verdict(rest, { routes: { 'GET /': 5 } })).toBe('gone');
  });

  it.each(['first', undefined])('is never told where the code is that of %s', (code) => {
    const before = sideOf(primes);
    const after = sideOf({ routes: { 'GET /primes': 1000 } });
    const recording = { ...after.recording, code: code === undefined ? null : loaded(code) };
    const [found] = compareReports(before, { ...after, recording }).findings;
    expect(found).toMatchObject({
      verdict: 'cannot-tell',
      reason: code === undefined ? 'code-unknown' : 'code-unchanged',
    });
  });

  it('is never told of a part that was below the threshold', () => {
    const before = sideOf(primes);
    const parts = [{ findingId: 'f1', cause: 'crypto' as const, ms: 13 }];
    const small = { ...before, blocks: before.blocks.map((block) => ({ ...block, parts })) };
    const after = sideOf({ routes: { 'GET /primes': 1000 }, code: 'second' });
    expect(compareReports(small, after).findings[0]).toMatchObject({
      verdict: 'cannot-tell',
      reason: 'below-threshold',
    });
  });

  it('is never told of parts that were hardly above the threshold', () => {
    const before = sideOf(primes);
    const parts = [{ findingId: 'f1', cause: 'crypto' as const, ms: 58 }];
    const close = { ...before, blocks: before.blocks.map((block) => ({ ...block, parts })) };
    const after = sideOf({ routes: { 'GET /primes': 1000 }, code: 'second' });
    expect(compareReports(close, after).findings[0]).toMatchObject({
      verdict: 'cannot-tell',
      reason: 'near-threshold',
    });
  });

  it.each([
    [20, 'faster'],
    [80, 'same'],
  ] as const)('is told although %i ms of it were seen once, in a block of others', (ms, expected) => {
    const after = sideOf({ ...primes, blocks: ['GET /primes'], code: 'second' });
    const parts = [{ findingId: 'f1', cause: 'crypto' as const, ms }];
    const blocks = after.blocks.map((block) => ({ ...block, parts }));
    expect(compareReports(sideOf(primes), { ...after, blocks }).findings[0]?.verdict).toBe(expected);
  });

  it.each([
    ['58 ms, of all calls', 58, 5, 'cannot-tell'],
    ['100 ms, of one of many calls', 100, 1, 'cannot-tell'],
    ['100 ms, of all calls', 100, 5, 'new'],
    ['400 ms, of one of many calls', 400, 1, 'new'],
  ] as const)('that it blocks now is told by the same rule: %s', (_title, ms, count, expected) => {
    const drawn = sideOf({ ...primes, blocks: Array(count).fill('GET /primes') });
    const parts = [{ findingId: 'f1', cause: 'crypto' as const, ms }];
    const after = { ...drawn, blocks: drawn.blocks.map((block) => ({ ...block, parts })) };
    expect(compareReports(sideOf({ ...primes, blocks: [], code: 'other' }), after).findings[0]?.verdict).toBe(
      expected,
    );
  });

  it.each([
    [400, 'same'],
    [40, 'gone'],
  ] as const)('depends on what else the route does: another call of %i ms', (ms, expected) => {
    const after = sideOf({ routes: { 'GET /primes': 5 }, code: 'second' });
    const parts = [{ findingId: 'f2', cause: 'cpu' as const, ms }];
    const block = blockOf({ request: { method: 'GET', url: '/primes' }, parts });
    const blocks = Array.from({ length: 5 }, () => block);
    const findings = [findingOf({ id: 'f2', count: 5 })];
    const [found] = compareReports(sideOf(primes), { ...after, blocks, findings }).findings;
    expect(found).toMatchObject({ verdict: expected, takenOverBy: expected === 'same' ? 'f2' : null });
  });
});

describe('what took over the time of a call', () => {
  /** Blocks of another call that are not known to serve a request. */
  const withOther = (times: number, ms: number): Report => {
    const after = sideOf({ routes: { 'GET /primes': 20 }, code: 'second' });
    const parts = [{ findingId: 'f2', cause: 'cpu' as const, ms }];
    const blocks = Array.from({ length: times }, () => blockOf({ request: null, parts, durationMs: ms }));
    return { ...after, blocks, findings: [findingOf({ id: 'f2', count: times })] };
  };

  it.each([
    ['blocks as often and as long under another name', 20, 400, 'f2'],
    ['takes long once, as a start or a collection does', 1, 9000, null],
    ['blocks as often, and briefly', 20, 60, null],
  ] as const)('is a call that %s', (_what, times, ms, expected) => {
    const [found] = compareReports(sideOf(primes), withOther(times, ms)).findings;
    expect(found).toMatchObject({ verdict: expected === null ? 'gone' : 'same', takenOverBy: expected });
  });
});

describe('a call that blocked on the same route before', () => {
  const route = 'GET /primes';
  /** `primes` blocks for 80 ms where it is there, `render` beside it as given; `other` is code that nobody changed. */
  const side = (isFixed: boolean, render: readonly number[], other: number): Report => {
    const base = sideOf({ routes: { [route]: 6 }, code: isFixed ? 'second' : 'first' });
    const block = (parts: ReportBlock['parts'], url: string): ReportBlock =>
      blockOf({ request: { method: 'GET', url }, parts });
    const part = (findingId: string, ms: number): ReportBlock['parts'][number] => {
      return { findingId, cause: 'cpu', ms };
    };
    const calls = [0, 1, 2, 3, 4, 5];
    const kept = { file: 'src/other.ts', hash: 'kept' };
    return {
      ...base,
      recording: { ...base.recording, code: { ...base.recording.code, [kept.file]: [kept.hash] } },
      findings: [
        ...(isFixed ? [] : [findingOf({ count: 6 })]),
        findingOf({ id: 'render', cause: 'cpu', count: render.length }),
        findingOf({ id: 'other', cause: 'cpu', count: 6, p50Ms: other, code: [kept] }),
      ],
      blocks: calls.flatMap((index) => {
        const beside = render[index] === undefined ? [] : [part('render', render[index])];
        const parts = [...(isFixed ? [] : [part('f1', 80)]), ...beside];
        return [
          ...(parts.length > 0 ? [block(parts, '/primes')] : []),
          block([part('other', other)], '/other'),
        ];
      }),
    };
  };

  it.each([
    ['takes as long as before', [30, 32, 34, 30, 32, 31], [31, 33, 30, 34, 32, 30], 100, 'gone'],
    ['is seen more often, as short blocks are by chance', [40], [49, 50, 48, 52, 47, 51], 100, 'gone'],
    [
      'takes longer, as everything does on a busy machine',
      [30, 32, 34, 30, 32, 31],
      [78, 74, 80, 79, 73, 76],
      210,
      'gone',
    ],
    [
      'takes longer by the time of the fixed one',
      [30, 32, 34, 30, 32, 31],
      [110, 112, 109, 115, 111, 113],
      100,
      'same',
    ],
    ['is held by a collection once', [30, 32, 34, 30, 32, 31], [31, 33, 700, 34, 32, 30], 100, 'gone'],
  ] as const)(
    'takes over its time only where it does more: it %s',
    (_what, before, after, other, expected) => {
      const [found] = compareReports(side(false, before, 100), side(true, after, other)).findings;
      expect(found).toMatchObject({ verdict: expected, takenOverBy: expected === 'same' ? 'render' : null });
    },
  );
});

describe('a route', () => {
  it.each([
    ['/user/17', '/user/:id'],
    ['/user/17/orders/4?full=1#x', '/user/:id/orders/:id'],
    ['/file/550E8400-e29b-41d4-a716-446655440000', '/file/:id'],
    ['/blob/0123456789abcdef', '/blob/:id'],
    ['/v2/face/12ab', '/v2/face/12ab'],
    ['/', '/'],
    ['*', '*'],
  ])('of %s is %s', (url, path) => {
    expect(requestRoute('GET', url)).toBe(`GET ${path}`);
  });
});

it('reports may name their routes, may say that they are not known, and may be older than routes', () => {
  const valid = (routes: unknown): boolean => {
    const { target, loop, recording } = reportOf();
    const report = { version: 1, target, loop, findings: [], blocks: [] };
    return (
      validateReport({ ...report, recording: { ...recording, ...(routes === undefined ? {} : { routes }) } })
        .length === 0
    );
  };
  expect([undefined, null, {}, { 'GET /': 3 }].map(valid)).toEqual([true, true, true, true]);
  expect([[], 'GET /', { 'GET /': -1 }, { 'GET /': 'x' }].map(valid)).toEqual([false, false, false, false]);
});

describe('time without the CPU', () => {
  const starved = (count: number): Report => {
    const report = sideOf({ code: count === 1 ? 'first' : 'second' });
    return { ...report, findings: [findingOf({ cause: 'starved', callSite: null, count })] };
  };
  const none = sideOf({ code: 'second' });

  it.each([
    ['is not called still blocking', starved(1), starved(2)],
    ['is not called gone', starved(1), none],
    ['is not called new', none, starved(2)],
  ])('%s', (_what, before, after) => {
    const [compared] = compareReports(before, after).findings;
    expect([compared?.verdict, compared?.reason]).toEqual(['cannot-tell', 'no-code']);
  });
});
