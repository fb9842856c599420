import { describe, expect, it } from 'vitest';
import { proposeFor } from '../../../src/investigation/investigate.ts';
import { fromReport } from '../../../src/report/fromReport.ts';
import type { ReportCallSite } from '../../../src/report/report.ts';
import { findingOf, reportOf, siteOf } from '../terminal/terminalSupport.ts';

const provider = {
  read: (path: string) =>
    path === '/shop/src/load.js'
      ? { path, text: 'function load() {\n  return JSON.parse(text);\n}' }
      : undefined,
};

/** What is said of a finding at a call site, and the site as it is in the report then. */
function proposedAt(callSite: ReportCallSite): {
  readonly site: ReportCallSite | null;
  readonly reason: string;
} {
  const { report, proposals } = proposeFor(
    fromReport(reportOf({ findings: [findingOf({ callSite })] })),
    provider,
    '/shop',
  );
  const proposal = proposals.get('f1');
  return {
    site: report.findings[0]?.callSite ?? null,
    reason: proposal?.kind === 'none' ? proposal.reason : '',
  };
}

describe('what is proposed for a finding', () => {
  const parse = siteOf({ file: 'src/load.js', function: 'load', callee: 'parse', column: 10, endColumn: 26 });

  it('says the callee as the source has it, where the source shows it there', () => {
    expect(proposedAt(parse).site?.written).toBe('JSON.parse');
    expect(proposedAt({ ...parse, column: 3 }).site).not.toHaveProperty('written');
    expect(proposedAt({ ...parse, file: 'src/gone.js' }).site).not.toHaveProperty('written');
  });

  it.each(['call', 'function'] as const)(
    'says that the source of a %s is not here, and what to do',
    (precision) => {
      const gone = (file: string): string => proposedAt({ ...parse, precision, file }).reason;
      expect(gone('src/server.ts')).toBe('src/server.ts is not on this machine: name its folder with --map.');
      expect(gone('../app/server.js')).toBe(
        '/app/server.js is not on this machine: name its folder with --map.',
      );
      expect(gone('[eval]')).toContain('so the call is not certain');
    },
  );

  it.each([
    {
      what: 'on several lines',
      lines: ["  const a = readFileSync('a');", '  const b = fs.readFileSync(name);', '  return a + b;'],
      says: 'page calls readFileSync on lines 2 and 3, and the recording does not show which call blocks. Look at each: offloop fix src/page.js:2',
    },
    {
      what: 'several times on one line',
      lines: ["  return readFileSync('a') + readFileSync('b');"],
      says: 'page calls readFileSync more than once on line 2, and the recording does not show which call blocks.',
    },
    {
      what: 'in a function of its own only',
      lines: ["  return names.map((each) => readFileSync(each) + 'x');"],
      says: 'page calls readFileSync under another name, so the call is not certain.',
    },
  ])('names the calls one of which blocks: $what', ({ lines, says }) => {
    const text = ['function page(name) {', ...lines, '}'].join('\n');
    const site = { file: 'src/page.js', function: 'page', callee: 'readFileSync', line: 1, endLine: 1 };
    const callSite = siteOf({ ...site, column: 10, endColumn: 14, precision: 'function' });
    const read = (path: string) => (path === '/shop/src/page.js' ? { path, text } : undefined);
    const report = fromReport(reportOf({ findings: [findingOf({ callSite })] }));
    const { proposals } = proposeFor(report, { read }, '/shop');
    expect(proposals.get('f1')).toEqual({ kind: 'none', reason: says });
  });
});
