import { describe, expect, it } from 'vitest';
import { micros } from '../../../src/base/units.ts';
import type { Mark } from '../../../src/recording/recording.ts';
import { MarkStore, parseDrain, type Drained } from '../../../src/profiler/capture/thread/markStore.ts';

function drained(routes: unknown): Drained {
  const parsed = parseDrain(JSON.stringify({ marks: [], turns: 1, requests: 9, lost: 0, routes }));
  if (parsed === undefined) throw new Error('not a drain');
  return parsed;
}

describe('requests by route', () => {
  it('add up over the drains of a session', () => {
    const store = new MarkStore(20_000);
    expect(store.routes).toBeUndefined();
    store.add(
      drained([
        ['GET /user/:id', 2],
        ['POST /login', 1],
      ]),
    );
    store.add(
      drained([
        ['GET /user/:id', 3],
        ['GET /user/550e8400-e29b-41d4-a716-446655440000', 1],
      ]),
    );
    expect(store.routes).toEqual(
      new Map([
        ['GET /user/:id', 6],
        ['POST /login', 1],
      ]),
    );
  });

  it('are what is left of those that make sense', () => {
    const odd = [
      ['GET /', 1.5],
      ['GET /a', -1],
      ['GET /b', '2'],
      [3, 4],
      'GET /c',
      null,
      ['GET /d'],
      ['__proto__', 1],
    ];
    expect(drained(odd).routes).toEqual(new Map([['__proto__ ', 1]]));
    expect(drained({ length: 1 }).routes.size).toBe(0);
    expect(drained(undefined).routes.size).toBe(0);
    expect([...drained([[`GET /${'x'.repeat(9999)}`, 1]]).routes.keys()][0]?.length).toBeLessThan(600);
  });

  it('are counted of so many routes only', () => {
    const store = new MarkStore(20_000);
    for (let drain = 0; drain < 30; drain++)
      store.add(
        drained(Array.from({ length: 300 }, (_, index) => [`GET /x${String(drain)}x${String(index)}`, 1])),
      );
    expect(store.routes?.size).toBe(2000);
    store.add(drained([['GET /x0x0', 5]]));
    expect(store.routes?.get('GET /x0x0')).toBe(6);
  });
});

describe('marks', () => {
  const beat = (ms: number): Mark => ({ kind: 'beat', at: micros(ms * 1000) });
  const beats = (from: number, count: number, everyMs: number): readonly Mark[] =>
    Array.from({ length: count }, (_, index) => beat(from + index * everyMs));
  const drain = (marks: readonly Mark[], lost: number): Drained => {
    const flat = marks.flatMap(({ at }) => [0, at]);
    const parsed = parseDrain(JSON.stringify({ marks: flat, turns: 1, requests: 0, lost }));
    if (parsed === undefined) throw new Error('not a drain');
    return parsed;
  };

  it('are missing before the first and where the probe lost some', () => {
    const store = new MarkStore(20_000);
    expect(store.unmarked).toEqual([]);
    store.add(drain(beats(100, 3, 10), 0));
    expect(store.unmarked).toEqual([{ start: 0, end: 100_000 }]);
    store.add(drain(beats(200, 3, 10), 7));
    expect(store.unmarked.at(-1)).toEqual({ start: 220_000, end: Infinity });
    store.add(drain(beats(500, 3, 10), 7));
    expect(store.unmarked.slice(1)).toEqual([{ start: 220_000, end: 500_000 }]);
  });

  it('of long ago stand less close together, and are said to be missing only when they had to go', () => {
    const store = new MarkStore(20_000, 400);
    store.addMarks(beats(0, 401, 5));
    const gaps = store.marksSince(micros(0)).map(({ at }, index, all) => at - (all[index - 1]?.at ?? at));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(25_000);
    expect(store.unmarked).toEqual([{ start: 0, end: 0 }]);
    store.addMarks(beats(2005, 4_000, 100));
    const [first] = store.marksSince(micros(0));
    expect(store.marksSince(micros(0)).length).toBeLessThanOrEqual(400);
    expect(store.unmarked).toEqual([{ start: 0, end: first?.at }]);
  });
});
