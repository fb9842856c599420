import { describe, expect, it } from 'vitest';
import type { Recording } from '../../../src/recording/recording.ts';
import { millis } from '../../../src/base/units.ts';
import { LiveReport } from '../../../src/investigation/liveReport.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';
import { validateReport } from '../support/validateReport.ts';

const text = 'function work() {\n  for (;;) continue;\n}\n';
const provider = { read: (path: string) => (path === '/app/work.js' ? { path, text } : undefined) };
const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };

/** A recording of one window, drawn as for `profileOf`. */
const recordingOf = (entries: readonly string[]): Recording =>
  recordingOfProfile(profileOf(entries, { interval: 5000 }), 'drawn');

describe('a report that grows', () => {
  it('counts every block, and keeps the stacks of the longest only', () => {
    const durations = Array.from({ length: 30 }, (_, index) => 60 + 5 * index);
    const drawn = durations.flatMap((ms) => [`processTimers;work ${String(ms)}`, 'idle 20']);
    const report = new LiveReport(provider, options).step(recordingOf(drawn), true);
    expect(report.findings).toMatchObject([{ count: 30, callSite: { function: 'work' } }]);
    expect(report.blocks).toHaveLength(30);
    const withStack = report.blocks.filter(({ stack }) => stack.length > 0);
    expect(withStack.map(({ durationMs }) => Math.round(durationMs / 5) * 5)).toEqual(durations.slice(-20));
  });

  it('gives each part of a block its own stack, and keeps only those of the longest', () => {
    const drawn = Array.from({ length: 30 }, (_, index) => [
      `processTimers;work ${String(120 + 5 * index)}`,
      `processTimers;other ${String(100 + 5 * index)}`,
      'idle 20',
    ]);
    const report = new LiveReport(provider, options).step(recordingOf(drawn.flat()), true);
    expect(report.findings).toMatchObject([{ count: 30 }, { count: 30 }]);
    expect(report.blocks.at(-1)).toMatchObject({
      parts: [{ cause: 'cpu' }, { stack: [{ function: 'other' }, { function: 'processTimers' }] }],
      stack: [{ function: 'work' }, { function: 'processTimers' }],
    });
    expect(report.blocks.flatMap(({ parts }) => parts.map((part) => 'stack' in part))).toEqual(
      Array.from({ length: 30 }, (_, index) => [false, index >= 10]).flat(),
    );
    expect(validateReport(report)).toEqual([]);
  });

  it('gives a finding back its longest block with its stack after later steps', () => {
    const live = new LiveReport(provider, options);
    live.step(recordingOf(['processTimers;work 300', 'idle 50']), false);
    const report = live.step(recordingOf(['processTimers;work 300', 'idle 50']), true);
    expect(report.blocks[0]?.stack[0]).toMatchObject({ function: 'work', file: 'work.js' });
  });
});
