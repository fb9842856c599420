import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../soak/soak.mjs', import.meta.url));

interface Report {
  readonly submitted: number;
  readonly settled: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Runs a slice of the soak; it must end by itself. */
function soak(
  kind: string,
  tasks: number,
): Promise<{ readonly code: number | null; readonly report: Report }> {
  const child = spawn(
    process.execPath,
    [script, '--kind', kind, '--tasks', String(tasks), '--seconds', '20', '--seed', '7'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const hung = setTimeout(() => child.kill('SIGKILL'), 50_000);
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(hung);
      if (signal !== null) reject(new Error('The soak did not end by itself'));
      else resolve({ code, report: JSON.parse(stdout) as Report });
    });
  });
}

describe('a slice of the soak with a fixed seed', () => {
  it.each([
    ['thread', 20_000],
    ['process', 2_000],
  ])('settles every promise of a %s pool once and ends by itself', async (kind, tasks) => {
    const { code, report } = await soak(kind, tasks);
    expect(report.problems).toEqual([]);
    expect(report.settled).toBe(report.submitted);
    expect(report.submitted).toBeGreaterThan(500);
    expect(Object.keys(report.outcomes)).toEqual(
      expect.arrayContaining(['square: fulfilled', 'fail: rejected', 'unclonable: rejected']),
    );
    expect(code).toBe(0);
  });
});
