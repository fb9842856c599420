import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import os from 'node:os';

/** Work of a fixed size, so that figures of two machines can be compared: ms for 20 000 SHA-256. */
export function calibrate(): number {
  const startedAt = performance.now();
  for (let round = 0; round < 20_000; round += 1) createHash('sha256').update('offloop').digest();
  return performance.now() - startedAt;
}

/** What a measurement is worth comparing by: the commit, whether its tree was clean, the machine and its load. */
export function describeMachine(): string {
  const git = (...args: readonly string[]): string => {
    try {
      return execFileSync('git', args, { encoding: 'utf8' }).trim();
    } catch {
      return 'unknown';
    }
  };
  const changed = git('status', '--porcelain', '--', 'src', 'bench') === '' ? '' : ' with local changes';
  const cpu = os.cpus()[0]?.model.trim() ?? 'unknown';
  return [
    `commit ${git('rev-parse', '--short', 'HEAD')}${changed}, ${new Date().toISOString().slice(0, 16)}Z`,
    `${os.platform()} ${os.release()}, ${String(os.cpus().length)} × ${cpu}, load ${os
      .loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}`,
    `calibration: 20 000 SHA-256 in ${calibrate().toFixed(1)} ms`,
  ].join('\n');
}
