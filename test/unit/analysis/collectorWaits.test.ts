import { describe, expect, it } from 'vitest';
import { charged as chargedIn, type CpuRow } from '../support/charged.ts';

const code = 'processTimers;work';

const charged = (drawing: readonly string[], readings: readonly CpuRow[]): readonly string[] =>
  chargedIn('function work() {\n  return Promise.all(rows.map(async (row) => row));\n}', drawing, readings);

/** A block of 400,000 async functions that settle at once, as recorded on Node 24 on two cores. */
const recorded = [
  'idle 50',
  `${code} 20`,
  'gc 157',
  `${code} 10`,
  'gc 71',
  `${code} 5`,
  'gc 77',
  `${code} 15`,
  'gc 46',
  `${code} 4`,
  'idle 50',
];
const readings: readonly CpuRow[] = [
  [50, 498.7, 750],
  [72.6, 517.9, 770],
  [220.2, 531.2, 830],
  [242.4, 573.3, 930],
  [319.5, 597.6, 1000],
  [402.8, 621.9, 1090],
  [460.1, 641.8, 1150],
];

describe('a thread that waits for the threads of its own collector', () => {
  it('is not held off the CPU: it is charged with the garbage it made', () => {
    expect(charged(recorded, readings)).toEqual(['gc 405']);
  });

  it('lacked the CPU where no other thread of its process ran either, or nobody knows', () => {
    const alone = readings.map(([at, cpu]): CpuRow => [at, cpu, cpu + 250]);
    expect(charged(recorded, alone)).toEqual(['starved 261.9', 'gc 143.1']);
    const unknown = readings.map(([at, cpu]): CpuRow => [at, cpu, null]);
    expect(charged(recorded, unknown)).toEqual(['starved 261.9', 'gc 143.1']);
  });

  it('lacked the CPU where other threads of its process ran, but not those of the collector', () => {
    const rows: readonly CpuRow[] = [
      [40, 0, 0],
      [260, 40, 440],
    ];
    expect(charged(['idle 50', `${code} 200`, 'idle 50'], rows)).toEqual(['starved 160', 'cpu 40']);
  });

  it('lacked the CPU, too, while it was stopped in the middle of a collection', () => {
    const drawing = ['idle 50', `${code} 50`, 'gc 500', `${code} 50`, 'idle 50'];
    const rows: readonly CpuRow[] = [
      [40, 0, 0],
      [660, 140, 310],
    ];
    expect(charged(drawing, rows)).toEqual(['gc 310', 'starved 290']);
  });

  it('is one part with what the collector did on it', () => {
    const rows: readonly CpuRow[] = [
      [40, 0, 0],
      [260, 80, 200],
    ];
    expect(charged(['idle 50', 'gc 200', 'idle 50'], rows)).toEqual(['gc 200']);
  });

  it('leaves short waits to the code that made the garbage', () => {
    const drawing = ['idle 50', `${code} 300`, 'gc 40', 'idle 50'];
    const rows: readonly CpuRow[] = [
      [40, 0, 0],
      [400, 305, 400],
    ];
    expect(charged(drawing, rows)).toEqual(['cpu 340']);
  });
});
