import { describe, expect, it } from 'vitest';
import { findBlocks } from '../../../src/analysis/analyzeRecording.ts';
import { toReport } from '../../../src/report/toReport.ts';
import type { Report } from '../../../src/report/report.ts';
import { millis } from '../../../src/base/units.ts';
import { codeChange, type CodeChange } from '../../../src/investigation/verdicts/codeChange.ts';
import { LoadedCodeReader } from '../../../src/investigation/verdicts/loadedCode.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';

const source = `export function work(n) {
  for (;;) crunch(n);
}
function crunch(n) {
  return n * 2;
}
function other() {
  return 'other';
}
`;

const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };

/** The report of a program whose `work.js` has a text. */
function reportWith(text: string): Report {
  const frames = { crunch: { url: 'file:///app/work.js', lineNumber: 3, columnNumber: 15 } };
  const drawing = ['processTimers;work;crunch 90', 'idle 20'];
  const recording = recordingOfProfile(profileOf(drawing, { frames }), 'drawn');
  const provider = { read: (path: string) => (path === '/app/work.js' ? { path, text } : undefined) };
  const reader = new LoadedCodeReader(provider, options);
  return toReport(reader.enter(findBlocks(recording, provider, options), recording));
}

function changeTo(text: string): CodeChange {
  const [finding] = reportWith(source).findings;
  if (finding === undefined) throw new Error('Nothing was found.');
  return codeChange(finding, reportWith(text));
}

it('A call whose source is not here is told with its place in the script that was compiled from it', () => {
  const script =
    'function work() { for (;;) crunch(); }\nfunction crunch() {}\n//# sourceMappingURL=work.js.map\n';
  // One segment per function: line 1 of the script is line 5 of the source, line 2 is line 9.
  const map = JSON.stringify({
    version: 3,
    sources: ['../src/work.ts'],
    names: [],
    mappings: 'AAIA,cAAc;AAIA',
  });
  const texts = new Map([
    ['/app/dist/work.js', script],
    ['/app/dist/work.js.map', map],
  ]);
  const provider = {
    read: (path: string) => {
      const text = texts.get(path);
      return text === undefined ? undefined : { path, text };
    },
  };
  const frames = { work: { url: 'file:///app/dist/work.js', lineNumber: 0, columnNumber: 13 } };
  const recording = recordingOfProfile(profileOf(['processTimers;work 90', 'idle 20'], { frames }), 'drawn');
  const reader = new LoadedCodeReader(provider, options);
  const report = toReport(reader.enter(findBlocks(recording, provider, options), recording));
  expect(report.findings[0]?.callSite).toMatchObject({
    file: 'src/work.ts',
    line: 5,
    compiled: { file: 'dist/work.js', line: 1 },
  });
});

describe('the code on a stack', () => {
  it.each<[string, string, CodeChange]>([
    ['the file was only touched', source, 'unchanged'],
    ['lines were added above', `// a comment\n\n${source}`, 'unchanged'],
    ['it was laid out otherwise', source.replaceAll('  ', '\t').replace('(n) {', '(n)\n{'), 'unchanged'],
    ['a comment was written into it', source.replace('for', '/* hot */ for'), 'unchanged'],
    ['another function of the file changed', source.replace("'other'", "'changed'"), 'unchanged'],
    ['a function was added', `${source}function more() {}\n`, 'unchanged'],
    ['the function that runs changed', source.replace('n * 2', 'n * 3'), 'changed'],
    ['its caller changed', source.replace('crunch(n);', 'crunch(1);'), 'changed'],
    ['a string in it got another space', source.replace('n * 2', "' ' + n"), 'changed'],
  ])('when %s', (_what, text, expected) => {
    expect(changeTo(text)).toBe(expected);
  });

  it('is not known where the other recording did not load its file, or does not say', () => {
    const before = reportWith(source);
    const [finding] = before.findings;
    if (finding === undefined) throw new Error('Nothing was found.');
    const after = (code: NonNullable<Report['recording']['code']> | null): Report => ({
      ...before,
      recording: { ...before.recording, code },
    });
    expect(codeChange(finding, after({}))).toBe('unknown');
    expect(codeChange(finding, after(null))).toBe('unknown');
    expect(codeChange({ ...finding, code: [] }, before)).toBe('unknown');
  });

  it('is not known where a source was saved after the program had started, however little of the stack lies there', () => {
    const texts = new Map([
      ['/app/dist/work.js', 'function work() { for (;;) crunch(); }\n//# sourceMappingURL=work.js.map\n'],
      ['/app/dist/work.js.map', mapOf('../src/work.ts')],
      ['/app/src/work.ts', 'export function work(): void {\n  for (;;) crunch();\n}\n'],
      ['/app/crunch.js', 'export function crunch() {\n  return 1;\n}\n'],
    ]);
    const frames = {
      work: { url: 'file:///app/dist/work.js', lineNumber: 0, columnNumber: 13 },
      crunch: { url: 'file:///app/crunch.js', lineNumber: 0, columnNumber: 22 },
    };
    const drawn = recordingOfProfile(
      profileOf(['processTimers;work;crunch 90', 'idle 20'], { frames }),
      'drawn',
    );
    const recording = { ...drawn, processStartedMs: 1000 };
    const reportAt = (savedMs: number): Report => {
      const provider = {
        read: (path: string) => {
          const text = texts.get(path);
          return text === undefined ? undefined : { path, text };
        },
        changedAt: (path: string) => (path === '/app/src/work.ts' ? savedMs : 500),
      };
      const found = findBlocks(recording, provider, options);
      return toReport(new LoadedCodeReader(provider, options).enter(found, recording));
    };
    const [known, unknown] = [reportAt(400), reportAt(2000)];
    const changeOf = ({ findings: [finding] }: Report): CodeChange | null =>
      finding === undefined ? null : codeChange(finding, known);
    expect([changeOf(known), changeOf(unknown)]).toEqual(['unchanged', 'unknown']);
  });
});

/** One segment: line 1 of the script is line 1 of the source. */
const mapOf = (source: string): string =>
  JSON.stringify({ version: 3, sources: [source], names: [], mappings: 'AAAA,aAAA' });
