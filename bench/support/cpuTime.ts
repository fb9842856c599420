import { readdirSync, readFileSync } from 'node:fs';

const nanosOf = (path: string): number => Number(readFileSync(path, 'latin1').split(' ')[0]);

/** CPU time that the main thread of a process has used, ms. Linux. */
export const mainThreadMs = (pid: number): number =>
  nanosOf(`/proc/${String(pid)}/task/${String(pid)}/schedstat`) / 1e6;

/** CPU time that all threads of a process, as far as they still run, have used, ms. Linux. */
export function allThreadsMs(pid: number): number {
  const tasks = readdirSync(`/proc/${String(pid)}/task`);
  return tasks.reduce((sum, task) => sum + nanosOf(`/proc/${String(pid)}/task/${task}/schedstat`) / 1e6, 0);
}

/** Resident memory of a process, MB. Linux. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** What malloc has taken from the system on the main thread, in MB, used or not. Linux. */
export function mallocMegabytes(pid: number): number {
  const areas = readFileSync(`/proc/${String(pid)}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  const sizes = areas
    .filter((area) => area.includes('[heap]\n'))
    .map((area) => /^Rss: +(\d+)/m.exec(area)?.[1]);
  return sizes.reduce((sum, size) => sum + Number(size ?? 0) / 1024, 0);
}
