import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { causes } from '../../src/report/cause.ts';
import type { Report } from '../../src/report/report.ts';
import { readMarkers, type Marker } from './demoMarkers.ts';
import { demoFolder, nodes, root, run, runUntil, startDemo } from './demoServer.ts';

interface Route {
  readonly path: string;
  readonly missing: string | null;
}

const cli = join(root, 'dist', 'cli.js');
const markers = readMarkers(demoFolder, root);
const serverMarkers = markers.filter(({ file }) => file !== 'demo/nightly.js');
const nightlyMarkers = markers.filter(({ file }) => file === 'demo/nightly.js');
const place = ({ file, line, column }: Omit<Marker, 'cause' | 'callee'>): string =>
  `${file}:${String(line)}:${String(column)}`;

const callOf = (marker: Marker): string => `${place(marker)} ${marker.cause}`;

/** The calls that a report names, with their causes. */
const callsOf = (report: Report): readonly string[] =>
  report.findings.flatMap(({ cause, callSite }) =>
    callSite?.precision === 'call' ? [`${place(callSite)} ${cause}`] : [],
  );

/** The report in what a command wrote; a program that it runs may have written before. */
const reportIn = (output: string): Report => JSON.parse(output.slice(output.indexOf('{\n'))) as Report;

const json = (body: Buffer): unknown => JSON.parse(body.toString('utf8'));
const derived = (secret: string, salt: string, bytes: number): string =>
  pbkdf2Sync(secret, salt, 210_000, bytes, 'sha512').toString('hex');

/** What each route has to answer, worked out here in another way where there is one. */
const answers: Readonly<Record<string, (body: Buffer) => void>> = {
  '/login': (body) => {
    const hash = derived('correct horse battery staple', 'salt of ada', 64);
    expect(json(body)).toEqual({ user: 'ada', hash });
  },
  '/api-key': (body) => {
    const key = scryptSync('ada', 'shop', 32, { N: 2 ** 15, maxmem: 2 ** 26 }).toString('base64url');
    expect(json(body)).toEqual({ owner: 'ada', key });
  },
  '/session': (body) => {
    expect(json(body)).toEqual({ user: 'ada', token: derived('ada', 'session', 32) });
  },
  '/access-log': (body) => {
    expect(json(body)).toEqual({
      bytes: expect.any(Number) as number,
      last: expect.stringMatching(/^10\.0\.\d+\.\d+ GET \/café\/\d+ \d{3}$/) as string,
    });
  },
  '/backup': (body) => {
    expect(json(body)).toEqual({
      files: ['backup-0.bin', 'backup-1.bin', 'backup-2.bin'],
      bytes: expect.any(Number) as number,
    });
  },
  '/photos': (body) => {
    expect(json(body)).toEqual({ photos: 3 * 45 * 2 * 60 });
  },
  '/prices': (body) => {
    expect(json(body)).toEqual({ characters: expect.any(Number) as number });
  },
  '/orders.csv.gz': (body) => {
    const lines = gunzipSync(body).toString('utf8').split('\n');
    expect(lines).toHaveLength(130_000);
    expect(lines.every((line, id) => line.startsWith(`${String(id)},`))).toBe(true);
  },
  '/pages.br': (body) => {
    const articles = brotliDecompressSync(body).toString('utf8').split('\n');
    expect(articles).toHaveLength(50_000);
    expect(articles[0]).toMatch(/^<article class="product"><h2>.+<\/h2><p>€ [\d.]+<\/p><\/article>$/);
  },
  '/import': (body) => {
    expect(json(body)).toEqual({
      products: 130_000,
      first: expect.stringMatching(/^\S+ \S+ \d+$/) as string,
    });
  },
  '/export': (body) => {
    expect(json(body)).toEqual({ bytes: expect.any(Number) as number, products: 200_000 });
  },
  '/customers': (body) => {
    const rows = json(body) as readonly { readonly cents: number }[];
    const cents = rows.map((row) => row.cents);
    expect(rows).toHaveLength(10);
    expect(cents).toEqual(cents.toSorted((a, b) => b - a));
  },
  '/convert': (body) => {
    expect(json(body)).toEqual(['108.42 USD', '85.71 GBP', '16392.00 JPY']);
  },
  '/visitors': (body) => {
    expect(json(body)).toEqual({ visitors: expect.any(Number) as number });
  },
  '/comment': (body) => {
    expect(json(body)).toEqual({ comment: 'Lovely … lamp' });
  },
  '/search': (body) => {
    const names = json(body) as readonly string[];
    expect(names).toHaveLength(20);
    expect(names.every((name) => name.includes('elder easel'))).toBe(true);
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'de', { numeric: true })));
  },
  '/sales': (body) => {
    const lines = body.toString('utf8').split('\n');
    expect(lines).toHaveLength(52);
    expect(lines.every((line) => /^[ \d]\d █{1,40}$/.test(line))).toBe(true);
    expect(lines.some((line) => line.endsWith(' '.padEnd(41, '█')))).toBe(true);
  },
};

test('Every marker of the demo stands behind the one call that it names, with a known cause', () => {
  expect(serverMarkers).toHaveLength(Object.keys(answers).length);
  expect(nightlyMarkers).toHaveLength(5);
  const known = new Set<string>(causes);
  expect(markers.filter(({ cause }) => !known.has(cause))).toEqual([]);
  expect(new Set(serverMarkers.map(({ cause }) => cause)).size).toBeGreaterThanOrEqual(8);
  expect(new Set(markers.map(place)).size).toBe(markers.length);
});

describe.each(nodes)('The demo on %s', (node) => {
  test('answers every route rightly, and the same each time', async () => {
    const demo = await startDemo(node);
    const routes = json((await demo.get('/routes')).body) as readonly Route[];
    expect(routes.map(({ path }) => path)).toEqual(Object.keys(answers));
    for (const { path, missing } of routes) {
      const first = await demo.get(path);
      if (missing !== null) {
        expect(first.status).toBe(501);
        expect(first.body.toString('utf8')).toBe(`${path} needs ${missing}.`);
        continue;
      }
      expect(first.status).toBe(200);
      answers[path]?.(first.body);
      expect((await demo.get(path)).body.equals(first.body)).toBe(true);
    }
  });

  test('serves its page, and says what it does not have', async () => {
    const demo = await startDemo(node);
    expect((await demo.get('/')).body.toString('utf8')).toContain('<title>Offloop demo shop</title>');
    expect((await demo.get('/ping')).body.toString('utf8')).toBe('pong');
    const unknown = await demo.get('/nowhere');
    expect([unknown.status, unknown.body.toString('utf8')]).toEqual([404, 'There is no /nowhere.']);
  });

  test('has a job without a server, whose planted calls are found by running it', async () => {
    const command = ['--', node, join(demoFolder, 'nightly.js')];
    const options = ['--threshold', '25ms', '--json', '-'];
    const outcome = await run(process.execPath, [
      join(root, 'dist', 'cli.js'),
      'run',
      ...options,
      ...command,
    ]);
    expect(outcome.code).toBe(0);
    const found = callsOf(reportIn(outcome.stdout));
    expect(nightlyMarkers.map(callOf).filter((call) => !found.includes(call))).toEqual([]);
  });

  test('is found out: every planted call is reported at its line and column', async () => {
    const demo = await startDemo(node);
    const routes = json((await demo.get('/routes')).body) as readonly Route[];
    const ready = routes.filter(({ missing }) => missing === null);
    const attach = ['attach', demo.inspector, '--threshold', '25ms', '--json', '-'];
    const outcome = await runUntil(process.execPath, [cli, ...attach], /^Recording /m, async () => {
      for (let round = 0; round < 3; round++) {
        for (const { path } of ready) expect((await demo.get(path)).status).toBe(200);
      }
    });
    expect(outcome.code).toBe(0);
    const found = callsOf(reportIn(outcome.stdout));
    const absent = ready.some(({ path }) => path === '/customers') ? [] : ['database'];
    const planted = serverMarkers.filter(({ cause }) => !absent.includes(cause)).map(callOf);
    expect(planted.filter((call) => !found.includes(call))).toEqual([]);
  });

  test('is put under load at a fixed rate, and none of it fails', async () => {
    const demo = await startDemo(node);
    const load = [join(demoFolder, 'load.mjs'), demo.url, '--seconds', '5', '--rate', '5'];
    const outcome = await run(process.execPath, load);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(
      /^\d+ requests, (\d+) answered, 0 failed, \d+ dropped\n\/ping .*: p50 \d+ ms, p99 \d+ ms, longest \d+ ms\n$/,
    );
  });
});

test('The load without an address says how to give one', async () => {
  const outcome = await run(process.execPath, [join(demoFolder, 'load.mjs')]);
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toContain('node load.mjs http://127.0.0.1:3000');
});
