import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import type { Recording } from '../../../src/recording/recording.ts';
import type { Report, ReportBlock, ReportFinding } from '../../../src/report/report.ts';
import { millis } from '../../../src/base/units.ts';
import { readProfileFile } from '../../../src/sources/readProfileFile.ts';
import { diskSources } from '../../../src/sources/diskSources.ts';
import { deepFreeze } from '../support/deepFreeze.ts';
import { validateReport } from '../support/validateReport.ts';

const fixtures = join(import.meta.dirname, '../..', 'fixtures');
const profiles = join(fixtures, 'profiles');
const programs = join(fixtures, 'programs');
const threshold = millis(50);

/** What scripts/recordProfiles.mjs wrote beside a profile. Times in ms of the profile, places 1-based. */
interface Expected {
  readonly file: string;
  readonly blocks: readonly {
    readonly cause: string;
    readonly callee: string;
    readonly line: number;
    readonly column: number;
    readonly startMs: number;
    readonly durationMs: number;
  }[];
}
type Planted = Expected['blocks'][number];

const corpus = readdirSync(profiles).flatMap((node) =>
  readdirSync(join(profiles, node))
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => ({ name: `${node}/${name}`, file: join(profiles, node, name) })),
);

const analyze = (recording: Recording): Report =>
  analyzeRecording(recording, diskSources(), {
    threshold,
    root: programs,
    mappings: [{ remote: '/app', local: programs }],
    fullUrls: false,
  });

const endOf = ({ startMs, durationMs }: { startMs: number; durationMs: number }): number =>
  startMs + durationMs;

/** How well a block covers what was planted: shared time over all time, 0 to 1. */
function overlap(planted: Planted, block: ReportBlock): number {
  const shared = Math.min(endOf(planted), endOf(block)) - Math.max(planted.startMs, block.startMs);
  return shared / (Math.max(endOf(planted), endOf(block)) - Math.min(planted.startMs, block.startMs));
}

const findingOf = (report: Report, block: ReportBlock): ReportFinding | undefined =>
  report.findings.find(({ id }) => id === block.parts[0]?.findingId);

describe('the corpus', () => {
  it('has profiles of every tested line of Node', () => {
    expect(readdirSync(profiles).sort()).toEqual(['v20', 'v22', 'v24']);
    expect(corpus.length).toBeGreaterThanOrEqual(6);
  });

  it('names no folder of the machine it was recorded on', () => {
    for (const { file } of corpus) {
      expect(readFileSync(file, 'utf8')).not.toMatch(/"url":"(?!node:|file:\/\/\/app\/|"|evalmachine)/);
    }
  });
});

describe.each(corpus)('the real profile $name', ({ file }) => {
  let recording: Recording;
  let report: Report;
  const expected = JSON.parse(
    readFileSync(file.replace('.cpuprofile', '.expected.json'), 'utf8'),
  ) as Expected;

  beforeAll(async () => {
    const read = await readProfileFile(file);
    if (!read.ok) throw read.error;
    recording = deepFreeze(read.value);
    report = analyze(recording);
  });

  it.each(expected.blocks)('shows the $cause block by $callee where it is', (planted) => {
    const block = report.blocks.find((candidate) => overlap(planted, candidate) > 0.6);
    expect(block, 'no block there').toBeDefined();
    const finding = findingOf(report, block!);
    expect({ cause: finding?.cause, ...finding?.callSite }).toMatchObject({
      cause: planted.cause,
      file: expected.file,
      callee: planted.callee,
      line: planted.line,
      column: planted.column,
      precision: 'call',
    });
  });

  it('shows at most the start of the program besides what was planted', () => {
    const planted = expected.blocks;
    const others = report.blocks.filter((block) => !planted.some((one) => overlap(one, block) > 0.6));
    const first = planted[0]?.startMs ?? 0;
    expect(others.filter(({ startMs }) => startMs > first)).toEqual([]);
  });

  it('gives blocks that lie inside the recording, in order, at least as long as the threshold', () => {
    let previous = 0;
    for (const block of report.blocks) {
      expect(block.durationMs).toBeGreaterThanOrEqual(threshold);
      expect(block.startMs).toBeGreaterThanOrEqual(previous);
      previous = endOf(block) - 0.2; // Rounded to 0.1 ms.
    }
    expect(previous).toBeLessThanOrEqual(report.recording.durationMs);
  });

  it('adds up: parts to at most their block, findings to their parts', () => {
    for (const { durationMs, parts } of report.blocks) {
      const sum = parts.reduce((total, { ms }) => total + ms, 0);
      expect(sum).toBeLessThanOrEqual(durationMs + 0.1 * (parts.length + 1));
    }
    for (const { id, count, totalMs } of report.findings) {
      const parts = report.blocks.flatMap((block) => block.parts).filter((part) => part.findingId === id);
      expect(count).toBe(parts.length);
      expect(Math.abs(totalMs - parts.reduce((sum, { ms }) => sum + ms, 0))).toBeLessThan(0.1 * (count + 1));
    }
  });

  it('fits the schema, and gives the same answer twice', () => {
    expect(validateReport(report)).toEqual([]);
    expect(analyze(recording)).toEqual(report);
  });
});
