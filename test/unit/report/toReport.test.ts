import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { findBlocks } from '../../../src/analysis/analyzeRecording.ts';
import { millis } from '../../../src/base/units.ts';
import { parseCpuProfile } from '../../../src/recording/parseCpuProfile.ts';
import { emptyReport } from '../../../src/investigation/emptyReport.ts';
import type { Finding } from '../../../src/report/finding.ts';
import { fromReport } from '../../../src/report/fromReport.ts';
import { toReport } from '../../../src/report/toReport.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';

const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };

describe.each(['blocks', 'service'])('what was found in a recording of %s', async (name) => {
  const text = await readFile(`test/fixtures/profiles/v24/${name}.cpuprofile`, 'utf8');
  const parsed = parseCpuProfile(JSON.parse(text));
  if (!parsed.ok) throw new Error(parsed.error.reason);
  const found = findBlocks(recordingOfProfile(parsed.value, name), { read: () => undefined }, options);

  it('has zero-based places, which its report has 1-based', () => {
    const report = toReport(found);
    expect(found.findings.length).toBeGreaterThan(0);
    found.findings.forEach(({ callSite }, index) => {
      const reported = report.findings[index]?.callSite ?? null;
      const { start, end } = callSite?.range ?? {};
      expect([reported?.line, reported?.column]).toEqual([
        start && start.line + 1,
        start && start.column + 1,
      ]);
      expect([reported?.endLine, reported?.endColumn]).toEqual([end && end.line + 1, end && end.column + 1]);
    });
    const positions = found.blocks.flatMap(({ stack }) => stack.map(({ position }) => position));
    expect(positions.length).toBeGreaterThan(0);
    expect(report.blocks.flatMap(({ stack }) => stack.map(({ line, column }) => ({ line, column })))).toEqual(
      positions.map(({ line, column }) => ({ line: line + 1, column: column + 1 })),
    );
  });

  it('is read back from its report as it was', () => {
    expect(fromReport(toReport(found))).toEqual(found);
  });
});

it('Places of callers and of compiled code come back as they were, too', () => {
  const finding: Finding = {
    id: 'f1',
    cause: 'cpu',
    callSite: {
      ...{ file: 'a.ts', function: 'f', callee: 'g', text: null },
      precision: 'call',
      origin: 'user',
      range: { start: { line: 0, column: 0 }, end: { line: 2, column: 1 } },
      via: [{ file: 'b.ts', line: 4, callee: 'f' }],
      compiled: { file: 'a.js', position: { line: 7, column: 3 } },
    },
    ...{ count: 0, totalMs: 0, maxMs: 0, p50Ms: 0, threads: [], stale: false, remedies: [] },
  };
  const found = emptyReport([finding]);
  expect(toReport(found).findings[0]?.callSite).toMatchObject({
    ...{ line: 1, column: 1, endLine: 3, endColumn: 2 },
    via: [{ line: 5 }],
    compiled: { line: 8, column: 4 },
  });
  expect(fromReport(toReport(found))).toEqual(found);
});
