import { readFile, readlink } from 'node:fs/promises';
import type { CpuTimeReading } from '../../recording/recording.ts';
import { micros, type Micros } from '../../base/units.ts';
import type { TargetInfo } from '../targets/targetInfo.ts';

/** A reading that repeats the last two stands for them; beyond this many the older half goes. */
const maxReadings = 100_000;

/** `/proc` counts in ticks of this many µs on every platform that Node runs on. */
const tickUs = 10_000;

/** The user and system time in `/proc/<pid>/stat`. The name of the program before them may hold spaces and brackets. */
function processCpu(stat: string): Micros | null {
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return user === undefined || system === undefined ? null : micros((user + system) * tickUs);
}

/**
 * Reads the CPU time of a local target's main thread (Linux only). If wall time is far above it, the process was held
 * off the CPU (stopped, suspended, out of quota) rather than busy. The CPU time of the whole process then shows whether
 * the thread only waited for the other threads of its collector.
 */
export class CpuTimeLog {
  readonly #folder: string | undefined;
  readonly #target: TargetInfo;
  readonly #readings: CpuTimeReading[] = [];
  #isOurs: boolean | undefined;
  #reading = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(target: TargetInfo, address: string) {
    this.#target = target;
    const local =
      process.platform === 'linux' && /^(127\.|\[::1\]|localhost)/.test(address) && target.pid !== null;
    if (local) this.#folder = `/proc/${String(target.pid)}`;
  }

  get readings(): readonly CpuTimeReading[] {
    return this.#readings.slice();
  }

  /** Takes a reading every so many ms, until `stopReading`. */
  keepReading(everyMs: number): void {
    this.#timer = setInterval(() => void this.read(), everyMs);
  }

  stopReading(): void {
    clearInterval(this.#timer);
  }

  /** Takes one reading; does nothing where it is not possible. */
  async read(): Promise<void> {
    if (this.#folder === undefined || this.#isOurs === false || this.#reading) return;
    this.#reading = true;
    this.#isOurs ??= await this.#isSameProcess();
    const files = this.#isOurs ? [`task/${String(this.#target.pid)}/schedstat`, 'stat'] : [];
    const [text = '', stat = ''] = await Promise.all(
      files.map((file) => readFile(`${String(this.#folder)}/${file}`, 'latin1').catch(() => '')),
    );
    this.#reading = false;
    const [cpuNs] = text.split(' ').map(Number);
    if (text === '' || cpuNs === undefined) return;
    // The same clock as the target's process.hrtime: CLOCK_MONOTONIC of this machine.
    const at = micros(Number(process.hrtime.bigint() / 1000n));
    const cpuUs = micros(cpuNs / 1000);
    if (this.#readings.at(-1)?.cpuUs === cpuUs && this.#readings.at(-2)?.cpuUs === cpuUs)
      this.#readings.pop();
    this.#readings.push({ at, cpuUs, processCpuUs: processCpu(stat) });
    if (this.#readings.length > maxReadings) this.#readings.splice(0, maxReadings / 2);
  }

  /** A forwarded port leads to another machine or container, whose pids mean nothing here. */
  async #isSameProcess(): Promise<boolean> {
    const cwd = await readlink(`/proc/${String(this.#target.pid)}/cwd`).catch(() => null);
    return cwd !== null && cwd === this.#target.cwd;
  }
}
