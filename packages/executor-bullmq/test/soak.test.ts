import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** What the soak prints. */
interface Report {
  readonly faults: Readonly<Record<string, number>>;
  readonly settledOnce: number;
  readonly lost: number;
  readonly problems: readonly string[];
}

it('a slice of the soak: every promise settles once and no task is lost, whatever breaks meanwhile', async () => {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const slice = ['--tasks', '1000', '--faults', '7', '--seed', '1'];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'soak/soak.mts', ...slice],
    {
      cwd,
    },
  );
  const report = JSON.parse(stdout) as Report;
  expect(report.problems).toEqual([]);
  expect(report).toMatchObject({ settledOnce: 1_000, lost: 0 });
  for (const [fault, times] of Object.entries(report.faults)) expect(times, fault).toBeGreaterThan(0);
}, 180_000);
