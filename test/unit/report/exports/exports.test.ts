import { describe, expect, it } from 'vitest';
import { parseCpuProfile } from '../../../../src/recording/parseCpuProfile.ts';
import { endingOf, reportEndings, writeReport } from '../../../../src/report/exports/writeReport.ts';
import type { Report, ReportStackFrame } from '../../../../src/report/report.ts';
import { causeTexts } from '../../../../src/wording/causeTexts.ts';
import { findingOf, reportOf } from '../../support/sessions.ts';

const context = {
  root: '/app',
  version: '1.2.3',
  causeText: (cause: keyof typeof causeTexts) => causeTexts[cause],
};

const frame = (name: string, line: number): ReportStackFrame => ({
  ...{ function: name, file: 'src/login.ts', line, column: 3, kind: 'user' },
});

/** Two calls in three blocks, one of which they share. */
function sample(evil = ''): Report {
  const hash = { ...findingOf(`hash${evil}`, 2, 90), id: 'hash' };
  const report = reportOf([hash, { ...findingOf('parse', 1, 40), id: 'parse' }]);
  const stack = [frame(`hash${evil}`, 9), frame('login', 4)];
  const block = { ...report.blocks[0], request: { method: 'POST', url: `/login${evil}` }, stack };
  const shared = {
    ...block,
    startMs: 500,
    durationMs: 130,
    parts: [
      { findingId: 'hash', cause: 'crypto', ms: 90 },
      { findingId: 'parse', cause: 'crypto', ms: 40, stack: [frame('parse', 12)] },
    ],
  };
  return { ...report, blocks: [{ ...block, startMs: 100 }, shared] as Report['blocks'] };
}

describe('the form of an export', () => {
  it('is what the name of its file says, and the whole report where that says nothing', () => {
    const names = ['a.json', 'a.trace.json', 'a.md', 'a.sarif', 'a.html', 'a.cpuprofile', 'a', 'a.txt'];
    expect(names.map(endingOf)).toEqual([
      ...['.json', '.trace.json', '.md', '.sarif', '.html', '.cpuprofile', '.json', '.json'],
    ]);
  });

  it.each(reportEndings)(
    '%s is the same each time, and exists for a report in which nothing blocked',
    (ending) => {
      expect(writeReport(sample(), ending, context)).toBe(writeReport(sample(), ending, context));
      expect(writeReport(reportOf([]), ending, context).length).toBeGreaterThan(10);
    },
  );
});

describe('Markdown for an issue', () => {
  it('has the figures, a row for each finding with its route, and the stack of its longest block', () => {
    const lines = writeReport(sample(), '.md', context).split('\n');
    expect(lines).toContain('| 90 ms | 2× | 180 ms | `POST /login · hash` | `lib.js:2:1` | crypto |');
    expect(lines).toContain('hash (src/login.ts:9:3)');
  });

  it.each(['|', '`', '```', '\n# Title\n', '<img src=x>', '](http://x)', '@someone'])(
    'lets %j of the program mean nothing',
    (evil) => {
      const text = writeReport(sample(evil), '.md', context);
      const outside = text
        .replaceAll(/(`{3,})\n[\s\S]*?\n\1/g, '')
        .replaceAll(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
      expect(outside).not.toMatch(/<img|http|@someone|Title/);
      const rows = text.split('\n').filter((line) => line.startsWith('| '));
      expect(rows.map((row) => row.replaceAll('\\|', '').split('|').length)).toEqual(rows.map(() => 8));
    },
  );
});

describe('the page of a report', () => {
  it('needs nothing else, and lets no text of the program be markup', () => {
    const page = writeReport(sample('<script>alert(1)</script>"\'&'), '.html', context);
    expect(page).not.toContain('<script');
    expect(page).toContain('hash&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(page).not.toMatch(/(?:src|href)=/);
    expect(page.match(/<details>/g)).toHaveLength(2);
    expect(page.match(/<rect /g)).toHaveLength(2);
  });
});

describe('a trace for Chrome', () => {
  it('has a bar for each block, with its parts inside', () => {
    const { traceEvents } = JSON.parse(writeReport(sample(), '.trace.json', context)) as {
      traceEvents: { ph: string; name: string; ts: number; dur: number }[];
    };
    const bars = traceEvents.filter(({ ph }) => ph === 'X').map(({ name, ts, dur }) => [name, ts, dur]);
    expect(bars).toEqual([
      ['POST /login', 100_000, 90_000],
      ['hash', 100_000, 90_000],
      ['POST /login', 500_000, 130_000],
      ['hash', 500_000, 90_000],
      ['parse', 590_000, 40_000],
    ]);
  });
});

describe('a profile of the blocks', () => {
  it('is one that our own parser reads, with each part for its time and idle between them', () => {
    const file = JSON.parse(writeReport(sample(), '.cpuprofile', context)) as {
      nodes: { id: number; callFrame: { functionName: string } }[];
      samples: number[];
      timeDeltas: number[];
    };
    expect(parseCpuProfile(file)).toMatchObject({ ok: true });
    const names = new Map(file.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
    let at = 0;
    const drawn = file.samples.map((id, index) => {
      at += file.timeDeltas[index] ?? 0;
      return `${String(at / 1000)} ${names.get(id) ?? ''}`;
    });
    expect(drawn).toEqual([...['0 (idle)', '100 hash', '190 (idle)', '500 hash', '590 parse', '630 (idle)']]);
  });
});
