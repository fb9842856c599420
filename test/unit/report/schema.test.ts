import { describe, expect, it } from 'vitest';
import reportSchema from '../../../schema/report.schema.json' with { type: 'json' };
import { causes } from '../../../src/report/cause.ts';
import type { Report } from '../../../src/report/report.ts';
import type { FixJson } from '../../../src/fixes/fixJson.ts';
import { validateFix, validateReport } from '../support/validateReport.ts';

const report: Report = {
  version: 1,
  target: {
    pid: 123,
    node: 'v24.1.0',
    title: 'server.js',
    url: 'ws://127.0.0.1:9229/…',
    debuggerAttached: false,
  },
  recording: {
    startedAt: '2026-11-24T01:02:03.004Z',
    durationMs: 10003,
    samples: 1987,
    intervalMs: 5,
    unobservedMs: 12,
    marks: ['request', 'beat', 'async'],
    requests: 812,
    threads: [{ id: 'main', pid: 123 }],
  },
  loop: {
    utilization: 0.41,
    turns: 4410,
    delayMs: { p50: 1.2, p99: 180, max: 412 },
    stalls: [{ startMs: 1034, durationMs: 440, callbacks: 3 }],
  },
  findings: [
    {
      id: '0123456789ab',
      cause: 'crypto',
      callSite: {
        file: 'src/login.ts',
        function: 'login',
        callee: 'pbkdf2Sync',
        line: 17,
        column: 16,
        endLine: 17,
        endColumn: 71,
        precision: 'call',
        origin: 'user',
        text: "  const key = pbkdf2Sync(word, salt, 1e6, 32, 'sha512');",
      },
      count: 14,
      totalMs: 3101,
      maxMs: 412,
      p50Ms: 96,
      threads: ['main'],
      stale: false,
      remedies: [
        {
          kind: 'async',
          title: 'Use the asynchronous version',
          safe: false,
          refusal: { code: 'top-level-await', message: 'No.' },
        },
      ],
    },
  ],
  blocks: [
    {
      startMs: 1034.2,
      durationMs: 412,
      thread: 'main',
      boundary: 'marks',
      parts: [{ findingId: '0123456789ab', cause: 'crypto', ms: 405.1 }],
      request: { method: 'POST', url: '/login' },
      stack: [
        { function: 'pbkdf2Sync', file: 'node:internal/crypto/pbkdf2', line: 62, column: 1, kind: 'node' },
      ],
    },
  ],
};

const fix: FixJson = {
  kind: 'thread',
  applied: false,
  refusal: { code: 'caller-must-become-async', message: 'No.', file: 'a.js', line: 9, column: 3 },
  edits: [{ file: 'src/login.ts', before: 'old text', after: 'text' }],
  dependency: { name: '@offloop/executor', spec: 'file:vendor/x.tgz' },
  asyncSpread: [{ file: 'src/routes.ts', function: 'handler', line: 9 }],
  typeChecked: true,
  assumptions: [{ code: 'caller-not-seen', message: 'Look.', file: 'a.js', line: 3 }],
  warnings: ['read it'],
};

type Path = readonly (string | number)[];

/** Every place in a JSON value at which an object lies. */
function objectsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, child]) => objectsIn(child, [...path, key]));
  return Array.isArray(value) ? below : [path, ...below];
}

/** A copy of a value in which the object at a path was changed. */
function changed(value: unknown, path: Path, change: (object: Record<string, unknown>) => void): unknown {
  const copy: unknown = structuredClone(value);
  const object = path.reduce((at, key) => (at as Record<string | number, unknown>)[key], copy);
  change(object as Record<string, unknown>);
  return copy;
}

describe.each([
  { name: 'reports', sample: report, validate: validateReport },
  { name: 'fixes', sample: fix, validate: validateFix },
])('the schema of $name', ({ sample, validate }) => {
  it('accepts what the types describe', () => {
    expect(validate(sample)).toEqual([]);
  });

  it.each(objectsIn(sample).map((path) => ({ at: path.join('.') || 'the root', path })))(
    'wants every field at $at, and no other',
    ({ path }) => {
      const object = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown>)[key], sample);
      for (const field of Object.keys(object as object)) {
        const without = changed(sample, path, (copy) => Reflect.deleteProperty(copy, field));
        expect(validate(without), `without ${field}`).not.toEqual([]);
        const wrong = changed(sample, path, (copy) => Object.assign(copy, { [field]: 'text' }));
        const isText = typeof (object as Record<string, unknown>)[field] === 'string';
        if (!isText) expect(validate(wrong), `with a text as ${field}`).not.toEqual([]);
      }
      expect(validate(changed(sample, path, (copy) => Object.assign(copy, { extra: 1 })))).not.toEqual([]);
    },
  );
});

describe('the schema of reports', () => {
  it('knows exactly the causes that the analysis knows', () => {
    expect(reportSchema.definitions.cause.enum).toEqual([...causes]);
  });

  it('accepts a profile file, of which little is known', () => {
    const unknown: Report = {
      ...report,
      target: { pid: null, node: null, title: null, url: null, debuggerAttached: null },
      recording: {
        ...report.recording,
        startedAt: null,
        intervalMs: null,
        unobservedMs: null,
        requests: null,
      },
      loop: { utilization: null, turns: null, delayMs: null, stalls: null },
      findings: report.findings.map((finding) => ({ ...finding, callSite: null })),
    };
    expect(validateReport(unknown)).toEqual([]);
  });

  it('may have a callee as it is written, which reports did not always have', () => {
    const withWritten = (written: unknown): unknown =>
      changed(report, ['findings', 0, 'callSite'], (site) => (site['written'] = written));
    expect(validateReport(withWritten('crypto.pbkdf2Sync'))).toEqual([]);
    expect(validateReport(withWritten(null))).not.toEqual([]);
  });

  it('may say what a fix assumes, which reports did not always have', () => {
    const withAssumption = (assumption: unknown): unknown =>
      changed(report, ['findings', 0, 'remedies', 0], (remedy) => (remedy['assumptions'] = [assumption]));
    const place = { message: 'Look.', file: 'a.js', line: 3 };
    expect(validateReport(withAssumption({ code: 'caller-not-seen', ...place }))).toEqual([]);
    expect(validateReport(withAssumption(place))).not.toEqual([]);
    expect(validateReport(withAssumption({ code: 'caller-not-seen', ...place, line: 0 }))).not.toEqual([]);
  });

  it('may have the stacks of smaller parts, which reports did not always have', () => {
    const withStack = (stack: unknown): unknown =>
      changed(report, ['blocks', 0, 'parts', 0], (part) => (part['stack'] = stack));
    expect(validateReport(withStack(report.blocks[0]?.stack))).toEqual([]);
    expect(validateReport(withStack([{ function: 'work' }]))).not.toEqual([]);
    expect(validateReport(withStack(null))).not.toEqual([]);
  });

  it('may have a request whose method is not known', () => {
    expect(
      validateReport(changed(report, ['blocks', 0, 'request'], (request) => (request['method'] = ''))),
    ).toEqual([]);
  });

  it('refuses a zero-based place, a share above one and a time that is no date', () => {
    const bad = [
      changed(report, ['findings', 0, 'callSite'], (site) => (site['line'] = 0)),
      changed(report, ['loop'], (loop) => (loop['utilization'] = 1.2)),
      changed(report, ['recording'], (recording) => (recording['startedAt'] = 'yesterday')),
      changed(report, [], (root) => (root['version'] = 2)),
    ];
    for (const value of bad) expect(validateReport(value)).not.toEqual([]);
  });
});

it('has a null for the old text of a file that a fix adds, and for the kind of a fix that none fits', () => {
  expect(validateFix(changed(fix, ['edits', 0], (edit) => (edit['before'] = null)))).toEqual([]);
  expect(validateFix(changed(fix, [], (root) => (root['kind'] = null)))).toEqual([]);
});
