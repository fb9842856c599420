import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import { millis } from '../../../src/base/units.ts';
import type { CallFrame, ParsedScript } from '../../../src/recording/recording.ts';
import type { Report } from '../../../src/report/report.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';
import { native, node } from './callSitesSupport.ts';

interface Drawn {
  readonly stack: string;
  readonly frames: Readonly<Record<string, Partial<CallFrame>>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly scripts?: readonly ParsedScript[];
}

function analyse({ stack, frames, files = {}, scripts = [] }: Drawn): Report {
  const timers = { processTimers: node('timers') };
  const recording = recordingOfProfile(
    profileOf([`${stack} 100`, 'idle 5'], { frames: { ...timers, ...frames } }),
    'drawn',
  );
  const threads = recording.threads.map((thread) => ({ ...thread, scripts }));
  const read = (path: string): { path: string; text: string } | undefined =>
    files[path] === undefined ? undefined : { path, text: files[path] };
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording({ ...recording, threads }, { read }, options);
}

const placeOf = (report: Report): string =>
  report.findings
    .map(({ cause, callSite }) =>
      callSite === null
        ? `${cause} -`
        : [
            cause,
            callSite.callee ?? '-',
            callSite.function,
            callSite.file,
            callSite.line,
            callSite.place ?? '',
          ]
            .join(' ')
            .trim(),
    )
    .join('; ');

const inlineMap = (map: object): string =>
  `data:application/json;base64,${Buffer.from(JSON.stringify({ version: 3, names: [], ...map })).toString('base64')}`;

/** Each line of what runs is the line two below in the source. */
const twoBelow = (source: string, text: string): string =>
  inlineMap({ sources: [source], sourcesContent: [text], mappings: 'AAEA;AACA;AACA;AACA' });

const addresses = [
  '$:/core/modules/x.js',
  'sandbox.vm.js',
  'evalmachine.<anonymous>',
  'webpack-internal:///./src/x.js',
];

describe.each(addresses)('a script with the address %s', (url) => {
  const frame = { url, scriptId: '7', lineNumber: 0, columnNumber: 31 };

  it('is never looked for in a folder', () => {
    const report = analyse({
      stack: 'processTimers;price',
      frames: { price: frame },
      files: { [`/app/${url}`]: 'function other() {}\n' },
    });
    expect(placeOf(report)).toBe(`cpu - price ${url} 1 address`);
    expect(report.blocks[0]?.stack[0]).toMatchObject({ file: url, place: 'address' });
  });

  it('is of the call of the project that runs it', () => {
    const text = 'function work() {\n  return quote.price(12);\n}\n';
    const report = analyse({
      stack: 'processTimers;work;price',
      frames: { price: frame, work: { url: 'file:///app/app.js', lineNumber: 0, columnNumber: 13 } },
      files: { '/app/app.js': text },
    });
    expect(placeOf(report)).toBe('cpu price work app.js 2');
  });

  it.each([
    ['agrees', 'work();\n', 'src/x.ts', ''],
    [
      'does not agree',
      'other();\n',
      url.startsWith('webpack') ? 'webpack://shop/src/x.ts' : `${url}#src/x.ts`,
      'address',
    ],
  ])('has its inline map used, and leads to a file whose text %s', (_what, onDisk, file, place) => {
    const source = '// a\n// b\nfunction price() {\n}\n';
    const named = url.startsWith('webpack') ? 'webpack://shop/./src/x.ts' : 'src/x.ts';
    const script = { scriptId: '7', url, sourceMapUrl: twoBelow(named, source) };
    const report = analyse({
      stack: 'processTimers;price',
      frames: { price: { ...frame, columnNumber: 0 } },
      scripts: [script],
      files: { '/app/src/x.ts': onDisk === 'work();\n' ? source : onDisk },
    });
    expect(placeOf(report)).toBe(`cpu - price ${file} 3 ${place}`.trim());
  });
});

describe('code made at run time without an address', () => {
  const made = { url: '', scriptId: '9', lineNumber: 0, columnNumber: 20 };
  const text = 'function page() {\n  return render(3e7);\n}\n';
  const page = { url: 'file:///app/app.js', lineNumber: 0, columnNumber: 13 };
  const files = { '/app/app.js': text };

  it.each([
    ['without a name', ''],
    ['with one', 'anonymous'],
    ['named like a driver', 'get'],
  ])('is cpu of the call that runs it, %s', (_what, functionName) => {
    const report = analyse({
      stack: 'processTimers;page;made',
      frames: { made: { ...made, functionName }, page },
      files,
    });
    expect(placeOf(report)).toBe('cpu render page app.js 2');
  });

  it('keeps the causes of what it calls', () => {
    const report = analyse({
      stack: 'processTimers;page;made;readFileSync;open',
      frames: { made: { ...made, functionName: '' }, page, readFileSync: node('fs'), open: native },
      files,
    });
    expect(placeOf(report)).toBe('sync-io render page app.js 2');
  });
});

describe('a file whose text is not the one that ran', () => {
  const source = [
    'type A = 1;',
    'type B = 2;',
    '',
    'export function quote(lines) {',
    '  return search(lines);',
    '}',
    '',
  ];
  const search = ['function search(lines) {', '  return lines;', '}', ''];
  const frames = {
    quote: { url: 'file:///app/x.ts', scriptId: '4', lineNumber: 1, columnNumber: 21 },
    search: { url: 'file:///app/x.ts', scriptId: '4', lineNumber: 5, columnNumber: 15 },
  };
  const reportOf = (lines: readonly string[]): Report =>
    analyse({ stack: 'processTimers;quote;search', frames, files: { '/app/x.ts': lines.join('\n') } });

  it('is searched for the function by its name', () => {
    const report = reportOf([...source, ...search]);
    expect(placeOf(report)).toBe('cpu - search x.ts 8');
    expect(report.findings[0]?.callSite).toMatchObject({ precision: 'function' });
    expect(report.blocks[0]?.stack.slice(0, 2).map(({ line }) => line)).toEqual([8, 4]);
  });

  it.each([
    ['no', []],
    ['several', [...search, ...search]],
  ])('has no line where %s function has that name', (_what, functions) => {
    const report = reportOf([...source, ...functions]);
    expect(placeOf(report)).toBe('cpu - search x.ts 1 file');
    expect(report.blocks[0]?.stack[0]).toMatchObject({ line: 1, place: 'file' });
  });

  it('is believed where a function of that name begins there', () => {
    const begin = [
      '',
      'export function quote(lines) {',
      '  return search(lines);',
      '}',
      '',
      'function search(lines) {',
      '}',
    ];
    expect(placeOf(reportOf(begin))).toBe('cpu search quote x.ts 3');
  });
});

describe('a source that a bundler or dev server compiled in memory', () => {
  const text = 'interface Row {}\n\nexport function price(x: Row) {\n  return x;\n}\n';
  const compiled = inlineMap({
    sources: ['webpack://shop/./src/price.ts?5e7f'],
    sourcesContent: [text],
    mappings: 'AAEA;AACA;AACA',
  });

  it.each([
    ['webpack-internal:///(rsc)/./src/price.ts', compiled, '/app/src/price.ts', '/app/dist/server.js'],
    ['webpack-internal:///./src/price.ts', compiled, '/app/shop/src/price.ts', '/app/shop/dist/server.js'],
  ])('with a hash in its name is its file: %s', (url, sourceMapUrl, path, bundle) => {
    const report = analyse({
      stack: 'processTimers;price',
      frames: { price: { url, scriptId: '7', lineNumber: 0, columnNumber: 21 } },
      files: { [path]: text },
      scripts: [
        { scriptId: '5', url: `file://${bundle}`, sourceMapUrl: '' },
        { scriptId: '7', url, sourceMapUrl },
      ],
    });
    expect(placeOf(report)).toBe(`cpu - price ${path.slice('/app/'.length)} 3`);
  });

  it('is mapped although the script is announced by the path of its source', () => {
    const path = '/app/src/price.ts';
    const report = analyse({
      stack: 'processTimers;price',
      frames: { price: { url: `file://${path}`, scriptId: '7', lineNumber: 0, columnNumber: 21 } },
      files: { [path]: text },
      scripts: [{ scriptId: '7', url: path, sourceMapUrl: twoBelow('price.ts', text) }],
    });
    expect(placeOf(report)).toBe('cpu - price src/price.ts 3');
  });
});
