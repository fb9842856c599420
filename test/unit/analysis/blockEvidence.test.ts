import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import type { CpuTimeReading, LiveStack, Mark } from '../../../src/recording/recording.ts';
import type { Report } from '../../../src/report/report.ts';
import { micros, millis } from '../../../src/base/units.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { native, node, placeOf } from './callSitesSupport.ts';
import { profileOf } from '../support/profileOf.ts';

const origin = 1_000_000;
const at = (ms: number): Mark['at'] => micros(origin + ms * 1000);

const text = `
function work() {
  for (const row of rows) render(row);
}
function render(row) {
  return format(row);
}
function step() {
  return Promise.resolve().then(step);
}
`;

interface Evidence {
  readonly marks?: readonly Mark[];
  readonly liveStacks?: readonly LiveStack[];
  readonly cpuTimes?: readonly CpuTimeReading[];
}

function analyse(drawing: readonly string[], evidence: Evidence): Report {
  const frames = {
    processTimers: node('timers'),
    listOnTimeout: node('timers'),
    processTicksAndRejections: node('process/task_queues'),
    execFileSync: node('child_process'),
    spawn: native,
    work: placeOf(text, 'work', 'app.js'),
    render: placeOf(text, 'function render', 'app.js'),
    step: placeOf(text, 'function step', 'app.js'),
  };
  const recording = recordingOfProfile(profileOf(drawing, { frames }), 'drawn');
  const threads = recording.threads.map((thread) => ({ ...thread, ...evidence }));
  const provider = { read: (path: string) => (path === '/app/app.js' ? { path, text } : undefined) };
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording({ ...recording, threads }, provider, options);
}

/** The parts of the only block as `cause function callee ms`. */
function partsOf(report: Report): readonly string[] {
  expect(report.blocks).toHaveLength(1);
  return (report.blocks[0]?.parts ?? []).map(({ findingId, cause, ms }) => {
    const site = report.findings.find(({ id }) => id === findingId)?.callSite;
    return `${cause} ${site?.function ?? '-'} ${site?.callee ?? '-'} ${String(ms)}`;
  });
}

describe('time without the CPU', () => {
  //        0     10                    210    220
  const busy = ['idle 10', 'processTimers;work 200', 'idle 10'];
  /** CPU time used up to a moment, both in ms. */
  const used = (ms: number, cpuMs: number): CpuTimeReading => ({
    at: at(ms),
    cpuUs: micros(cpuMs * 1000),
    processCpuUs: null,
  });

  it('is charged to nobody', () => {
    const parts = partsOf(
      analyse(busy, { cpuTimes: [used(5, 0), used(60, 50), used(205, 50), used(215, 60)] }),
    );
    expect(parts).toEqual(['starved - - 140', 'cpu work - 60']);
  });

  it('is no matter while the thread is busy, nor where nobody read it', () => {
    expect(partsOf(analyse(busy, { cpuTimes: [used(5, 0), used(215, 190)] }))).toEqual(['cpu work - 200']);
    expect(partsOf(analyse(busy, { cpuTimes: [used(5, 0)] }))).toEqual(['cpu work - 200']);
    expect(partsOf(analyse(busy, {}))).toEqual(['cpu work - 200']);
  });

  it('is expected where the code waits for another process', () => {
    const drawing = ['idle 10', 'processTimers;work;execFileSync;spawn 200', 'idle 10'];
    const parts = partsOf(analyse(drawing, { cpuTimes: [used(5, 0), used(215, 4)] }));
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatch(/^child-process work/);
  });
});

describe('a chain of short tasks', () => {
  const drawing = ['idle 10', 'processTicksAndRejections;step 100', 'idle 10'];
  const steps = (from: number, to: number): Mark => ({ kind: 'steps', at: at(from), end: at(to) });

  it('is told by tasks that end in quick succession while the block goes on', () => {
    expect(partsOf(analyse(drawing, { marks: [steps(50, 54)] }))).toEqual([
      'microtask-starvation step then 100',
    ]);
  });

  it('is not seen in the tasks that a long one leaves behind', () => {
    expect(partsOf(analyse(drawing, { marks: [steps(109, 109.5)] }))).toEqual(['cpu step - 100']);
  });
});

describe('a function that V8 inlined before the profile began', () => {
  const live = (
    functions: readonly (readonly [name: string, url: string, line: number, column: number])[],
  ): LiveStack => ({
    at: at(50),
    since: at(10),
    frames: functions.map(([functionName, url, lineNumber, columnNumber]) => ({
      functionName,
      url,
      lineNumber,
      columnNumber,
    })),
  });
  const stack = live([
    ['render', '/app/app.js', 5, 9],
    ['work', '/app/app.js', 2, 26],
    ['listOnTimeout', 'node:timers', 10, 2],
    ['processTimers', 'node:timers', 20, 2],
  ]);

  it('is put back from a live stack of the same block', () => {
    const drawing = ['idle 10', 'processTimers;listOnTimeout 100', 'idle 10'];
    expect(partsOf(analyse(drawing, {}))).toEqual(['cpu - - 100']);
    expect(partsOf(analyse(drawing, { liveStacks: [stack] }))).toEqual(['cpu work render 100']);
  });

  it('gives the call where only its caller was sampled', () => {
    const drawing = ['idle 10', 'processTimers;listOnTimeout;work 100', 'idle 10'];
    expect(partsOf(analyse(drawing, { liveStacks: [stack] }))).toEqual(['cpu work render 100']);
  });

  it('is not looked for in a stack of something else, nor of another block', () => {
    const drawing = ['idle 10', 'processTimers;listOnTimeout;step 100', 'idle 10'];
    expect(partsOf(analyse(drawing, { liveStacks: [stack] }))).toEqual(['cpu step - 100']);
    const sampled = ['idle 10', 'processTimers;listOnTimeout 100', 'idle 10'];
    expect(partsOf(analyse(sampled, { liveStacks: [{ ...stack, at: at(500) }] }))).toEqual(['cpu - - 100']);
  });
});
