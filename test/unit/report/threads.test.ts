import { expect, test } from 'vitest';
import { loopsOf, threadName } from '../../../src/report/threads.ts';

const threads = [
  { id: 'main', pid: 1, title: '/app/api/server.js' },
  { id: 'worker 1', pid: 1, title: '/app/api/server.js' },
  { id: 'process 2', pid: 2, title: 'C:\\app\\jobs.js' },
  { id: 'process 2 worker 3', pid: 2, title: 'C:\\app\\jobs.js' },
] as const;

test.each([
  ['main', 'server.js (pid 1)'],
  ['worker 1', 'worker 1 of server.js (pid 1)'],
  ['process 2', 'jobs.js (pid 2)'],
  ['process 2 worker 3', 'worker 3 of jobs.js (pid 2)'],
  ['process 9', 'process 9'],
])('Where several processes are recorded, %s is called %s', (id, name) => {
  expect(threadName(id, threads)).toBe(name);
});

const recordingOf = (
  own: readonly { readonly id: string; readonly pid: number | null; readonly title?: string }[],
) => ({
  recording: { threads: own } as never,
});

test.each([
  [['main'], [{ id: 'main', pid: 1 }], []],
  [['main'], [], []],
  [
    ['worker 1'],
    [
      { id: 'main', pid: 1 },
      { id: 'worker 1', pid: 1 },
    ],
    ['worker 1'],
  ],
  [['main'], threads, ['server.js (pid 1)']],
  [['main', 'process 2'], threads, ['server.js (pid 1)', 'jobs.js (pid 2)']],
])('A finding on %j names its loops where more than one can be meant', (ids, own, expected) => {
  expect(loopsOf({ threads: ids }, recordingOf(own))).toEqual(expected);
});
