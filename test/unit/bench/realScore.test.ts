import { expect, it } from 'vitest';
import { loadPrograms, type RealLabel, type RealProgram } from '../../../bench/real/realProgram.ts';
import { scoreRun } from '../../../bench/real/score.ts';
import type { Report, ReportBlock, ReportFinding } from '../../../src/report/report.ts';

const startedAt = '2026-01-01T00:00:00.000Z';
const at = Date.parse(startedAt);

const label: RealLabel = {
  request: 'list',
  file: 'server.cjs',
  line: 7,
  callee: 'render',
  find: 'lib.render(rows)',
  causes: ['cpu'],
  why: 'it renders',
};
const program: RealProgram = {
  name: 'one',
  about: '',
  started: 'driver',
  packages: {},
  start: ['server.cjs'],
  ready: '/',
  requests: [{ id: 'list', times: 1 }],
  labels: [label],
  folder: '',
};

function finding(id: string, callee: string, line: number): ReportFinding {
  const callSite = {
    file: 'server.cjs',
    function: 'handler',
    callee,
    line,
    column: 1,
    endLine: line,
    endColumn: 9,
    precision: 'call',
    origin: 'user',
    text: null,
  } as const;
  const figures = { count: 1, totalMs: 100, maxMs: 100, p50Ms: 100 };
  return { id, cause: 'cpu', callSite, ...figures, threads: ['main'], stale: false, remedies: [] };
}

function block(startMs: number, ...parts: readonly (readonly [string, number])[]): ReportBlock {
  return {
    startMs,
    durationMs: 100,
    thread: 'main',
    boundary: 'marks',
    parts: parts.map(([findingId, ms]) => ({ findingId, cause: 'cpu', ms })),
    request: null,
    stack: [],
  };
}

const score = (
  findings: readonly ReportFinding[],
  blocks: readonly ReportBlock[],
): ReturnType<typeof scoreRun> => {
  const report = { recording: { startedAt }, findings, blocks } as unknown as Report;
  return scoreRun(program, { report, windows: [{ id: 'list', from: at + 1000, to: at + 2000 }], wrong: [] });
};

it('counts a block of the request that is named by its call, on its line, with its cause', () => {
  const { labels, unmatched } = score([finding('a', 'render', 7)], [block(1200, ['a', 100])]);
  expect(labels[0]).toMatchObject({ isHit: true, isRightCall: true, isExactLine: true, isRightCause: true });
  expect(unmatched).toEqual([]);
});

it('does not count the right call when another one is named with more time', () => {
  const findings = [finding('a', 'render', 7), finding('b', 'other', 9)];
  const { labels, unmatched } = score(findings, [block(1200, ['b', 70], ['a', 30])]);
  expect(labels[0]).toMatchObject({ isHit: true, isRightCall: false, isExactLine: false });
  expect(unmatched).toHaveLength(1);
});

it('tells a right call on another line from one on its own', () => {
  const { labels } = score([finding('a', 'render', 8)], [block(1200, ['a', 100])]);
  expect(labels[0]).toMatchObject({ isRightCall: true, isExactLine: false });
});

it('does not count a block while no request of the label was under way', () => {
  const { labels } = score([finding('a', 'render', 7)], [block(3200, ['a', 100])]);
  expect(labels[0]).toMatchObject({ isHit: false, isRightCall: false });
});

it('has three healthy programs, and pins every package to one version', async () => {
  const programs = await loadPrograms();
  expect(programs.filter(({ labels }) => labels.length === 0).length).toBeGreaterThanOrEqual(3);
  const versions = programs.flatMap(({ packages }) => Object.values(packages));
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  const requests = (each: RealProgram): readonly string[] => each.requests.map(({ id }) => id);
  expect(
    programs.flatMap((each) => each.labels.filter(({ request }) => !requests(each).includes(request))),
  ).toEqual([]);
});
