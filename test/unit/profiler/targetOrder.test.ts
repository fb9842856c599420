import { expect, test } from 'vitest';
import { mostUsefulFirst, type RankedTarget } from '../../../src/profiler/targets/targetOrder.ts';

const base: RankedTarget = {
  ...{ pid: 0, script: '/opt/else/main.js', cwd: '/opt/else', kind: 'process' },
  ...{ listening: false, role: 'program' },
};

/** In the order in which somebody who works in /srv/shop should find them. */
const inOrder: readonly RankedTarget[] = [
  { ...base, pid: 90, script: '/srv/shop/server.js', cwd: '/srv/shop', listening: true },
  { ...base, pid: 80, script: '/srv/shop/job.js', cwd: '/srv/shop', kind: 'inspector' },
  { ...base, pid: 70, script: '/srv/shop/api/server.js', cwd: '/' },
  {
    ...base,
    pid: 60,
    script: '/srv/shop/node_modules/next/dist/bin/next',
    cwd: '/srv/shop',
    listening: true,
  },
  { ...base, pid: 50, listening: true },
  { ...base, pid: 40, kind: 'inspector' },
  { ...base, pid: 30 },
  { ...base, pid: 20, cwd: '/srv/shop', role: 'launcher', listening: true, kind: 'inspector' },
  { ...base, pid: 10, script: '/srv/shop/x.js', cwd: '/srv/shop', role: 'tool', listening: true },
];

test('Programs of the folder come first, launchers and tools last', () => {
  const pids = (targets: readonly RankedTarget[]): readonly number[] => targets.map(({ pid }) => pid);
  expect(pids(mostUsefulFirst([...inOrder].reverse(), ['/srv/shop']))).toEqual(pids(inOrder));
});

test('A folder whose name only begins alike is another one', () => {
  const [first] = mostUsefulFirst(
    [
      { ...base, pid: 1, script: '/srv/shop-old/server.js', cwd: '/srv/shop-old' },
      { ...base, pid: 2, script: '/srv/shop/server.js', cwd: '/srv/shop' },
    ],
    ['/srv/shop'],
  );
  expect(first?.pid).toBe(2);
});
