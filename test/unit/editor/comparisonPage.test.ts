import { describe, expect, it } from 'vitest';
import { comparisonPage } from '../../../src/editor/compare/comparisonPage.ts';
import { verdictText } from '../../../src/wording/verdictText.ts';
import { compareReports } from '../../../src/investigation/verdicts/compareReports.ts';
import type { Report } from '../../../src/report/report.ts';
import { english } from '../../../src/wording/localizer.ts';
import { findingOf, reportOf } from '../support/sessions.ts';

const drawn = (before: Report, after: Report, name = 'after'): string =>
  comparisonPage(
    compareReports(before, after),
    { name: 'before', report: before, linkOf: () => null },
    { name, report: after, linkOf: ({ id }) => `command:open?"${id}"` },
    'nonce',
    english,
  );

describe('the comparison of two sessions', () => {
  const before = reportOf([findingOf('hash', 6, 90), findingOf('parse', 6, 70)], 100, 'first');
  const after = reportOf([findingOf('parse', 6, 70)], 100, 'second');

  it('has a row for each finding, with the verdict that the command line gives', () => {
    const page = drawn(before, after);
    const rows = [
      ...page.matchAll(/<tr><td>(?:GET \/work · )?(\w+)<small>.*?<td class="verdict (\w+)">(.*?)<\/td>/gs),
    ];
    expect(rows.map(([, name, tone, text]) => [name, tone, text])).toEqual([
      ['hash', 'good', '✓ gone'],
      ['parse', 'plain', 'still blocks'],
    ]);
    const verdicts = compareReports(before, after).findings.map((each) => verdictText(each, english).text);
    expect(rows.map(([, , , text]) => text)).toEqual(verdicts);
  });

  it('leads to the source of what is in the later one, and to nothing where there is no place', () => {
    const page = drawn(before, after);
    expect(page).toContain('<a href="command:open?&quot;parse&quot;">lib.js:2:1</a>');
    expect(page).not.toContain('&quot;hash&quot;');
  });

  it('lets no text of a program be markup', () => {
    const evil = '<img src=x onerror=alert(1)>';
    const page = drawn(before, reportOf([{ ...findingOf(evil, 2, 80), id: 'evil' }]), evil);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('lets no figure be markup', () => {
    const short = reportOf([findingOf('hash', 2, 0.04)]);
    const page = drawn(short, short);
    expect(page).toContain('2× &lt; 0.1 ms');
    expect(page).not.toMatch(/< 0/);
  });

  it('says that nothing was found where neither holds a finding', () => {
    expect(drawn(reportOf([]), reportOf([]))).toContain('Neither of them holds a finding.');
  });
});
