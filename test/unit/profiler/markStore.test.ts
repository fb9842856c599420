import { describe, expect, it } from 'vitest';
import { MarkStore, parseDrain, type Drained } from '../../../src/profiler/capture/markStore.ts';

function drained(routes: unknown): Drained {
  const parsed = parseDrain(JSON.stringify({ marks: [], turns: 1, requests: 9, lost: 0, routes }));
  if (parsed === undefined) throw new Error('not a drain');
  return parsed;
}

describe('requests by route', () => {
  it('add up over the drains of a session', () => {
    const store = new MarkStore();
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
    const store = new MarkStore();
    for (let drain = 0; drain < 30; drain++)
      store.add(
        drained(Array.from({ length: 300 }, (_, index) => [`GET /x${String(drain)}x${String(index)}`, 1])),
      );
    expect(store.routes?.size).toBe(2000);
    store.add(drained([['GET /x0x0', 5]]));
    expect(store.routes?.get('GET /x0x0')).toBe(6);
  });
});
