import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { workspaceFolder } from './workspace.ts';

/** Where a program that outlives its window can be found. */
export interface LastingTarget {
  readonly pid: number;
  readonly url: string;
}

const file = (): string => path.join(workspaceFolder(), 'target.json');

/** The program that an earlier window started; null before it has said where it is. */
export async function lastingTarget(): Promise<LastingTarget | null> {
  const text = await readFile(file(), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as LastingTarget);
}

/** Starts a file of the scenario that says in `target.json` where its inspector is, and that this window does not end. */
export async function startLasting(name: string): Promise<LastingTarget> {
  const [node = process.execPath] = (process.env['OFFLOOP_NODES'] ?? '').split(':').filter(Boolean);
  const cwd = workspaceFolder();
  const changed = new AbortController();
  const started = new Promise<LastingTarget>((resolve) => {
    const look = async (): Promise<void> => {
      const target = await lastingTarget();
      if (target !== null) resolve(target);
    };
    watch(cwd, { signal: changed.signal }, () => void look());
  });
  spawn(node, [path.join(cwd, name)], { cwd, detached: true, stdio: 'ignore' }).unref();
  const target = await started;
  changed.abort();
  return target;
}

/** Whether V8's CPU profiler runs in a process: it starts a thread for it, whose name the system knows. */
export async function isProfiled(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${String(pid)}/task`);
  const names = threads.map((id) => readFile(`/proc/${String(pid)}/task/${id}/comm`, 'utf8').catch(() => ''));
  return (await Promise.all(names)).some((name) => name.trim() === 'v8:ProfEvntProc');
}
