import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import type { CallFrame, LiveStack, Recording, ThreadRecording } from '../../../src/recording/recording.ts';
import type { Report } from '../../../src/report/report.ts';
import { micros, millis } from '../../../src/base/units.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';

const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
const node = { url: 'node:internal/per_context/messageport' };
const frames: Readonly<Record<string, Partial<CallFrame>>> = {
  emitMessage: node,
  processTimers: { url: 'node:internal/timers' },
  onTask: { url: 'file:///app/node_modules/poolifier/lib/index.mjs' },
  execute: { url: '[worker eval]', scriptId: '7' },
};

/** A report of a program whose thread did what is drawn. */
function reportOf(
  id: string,
  drawn: string,
  urls: readonly string[] = [],
  liveStacks: readonly LiveStack[] = [],
): Report {
  const recording: Recording = recordingOfProfile(profileOf(['idle 10', 'idle 200']), 'drawn');
  const thread: ThreadRecording = {
    id,
    pid: 1,
    windows: [profileOf(['idle 10', `${drawn} 80`, 'idle 20'], { frames })],
    marks: [],
    liveStacks,
    scripts: urls.map((url, index) => ({ scriptId: String(7 + index), url, sourceMapUrl: '' })),
  };
  return analyzeRecording(
    { ...recording, threads: [...recording.threads, thread] },
    { read: () => undefined },
    options,
  );
}

const functionsOf = (report: Report): readonly (string | undefined)[] =>
  report.findings.map(({ callSite }) => callSite?.function);

describe('a block of a worker thread', () => {
  it('is a finding where the worker is the program’s own', () => {
    const report = reportOf('worker 2', 'emitMessage;work', ['file:///app/work.js']);
    expect(functionsOf(report)).toEqual(['work']);
    expect(report.findings[0]?.threads).toEqual(['worker 2']);
    expect(functionsOf(reportOf('worker 2', 'emitMessage;execute;work', ['[worker eval]']))).toEqual([
      'work',
    ]);
  });

  it.each([
    'offloop-executor:worker',
    'file:///app/node_modules/piscina/dist/worker.js',
    'file:///app/node_modules/.pnpm/tinypool@2.0.0/node_modules/tinypool/dist/entry/worker.js',
    'C:\\app\\node_modules\\workerpool\\src\\worker.js',
  ])('is none where %s runs its tasks, also the rest of a task that waited', (url) => {
    expect(functionsOf(reportOf('worker 2', 'emitMessage;execute;work', [url]))).toEqual([]);
    expect(functionsOf(reportOf('worker 2', 'processTimers;work', [url]))).toEqual([]);
  });

  it('is none where a pool called the code', () => {
    expect(functionsOf(reportOf('worker 2', 'emitMessage;onTask;work'))).toEqual([]);
    expect(functionsOf(reportOf('worker 2', 'emitMessage;work;onTask'))).toEqual(['work']);
  });

  it('is none where only a live stack shows that a pool called the code', () => {
    const [work = [], pool = []] = ['/app/work.js', '/app/node_modules/poolifier/lib/index.cjs'].map(
      (url) => [{ functionName: 'onTask', url, lineNumber: 0, columnNumber: 0 }],
    );
    const stack = (at: number): LiveStack => ({
      at: micros(at),
      since: micros(1_010_000),
      frames: [...work, ...pool],
    });
    expect(functionsOf(reportOf('worker 2', 'emitMessage;work', [], [stack(1_050_000)]))).toEqual([]);
    expect(functionsOf(reportOf('worker 2', 'emitMessage;work', [], [stack(1_150_000)]))).toEqual(['work']);
  });
});

it('what a pool runs on the main thread does block the loop', () => {
  const url = 'file:///app/node_modules/piscina/dist/worker.js';
  expect(functionsOf(reportOf('main', 'emitMessage;onTask;work', [url]))).toEqual(['work']);
});
