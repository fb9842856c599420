import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A command that runs in a process group of its own. */
export interface StartedCommand {
  readonly pid: number;
  /** What it has written to standard output and to standard error. */
  text(): string;
  stdout(): string;
  /** How often it has written something. */
  count(pattern: RegExp): number;
  /** Settles once something is so, asked whenever it writes. */
  until(isSo: () => boolean): Promise<void>;
  /** The first match in what it has written or will write. */
  wrote(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code; null after a signal. */
  readonly exited: Promise<number | null>;
}

/** Starts a command; the whole group is killed when the test ends. */
export function startCommand(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): StartedCommand {
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const closed = once(child, 'close').then(() => exited);
  onTestFinished(async () => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch (error) {
      // All of the group have ended already.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
    await exited;
  });
  const written = { all: '', out: '' };
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written.all += chunk.toString('utf8');
      if (stream === child.stdout) written.out += chunk.toString('utf8');
      for (const watcher of [...watchers]) watcher();
    });
  }
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isSo()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      void closed.then(() => {
        reject(new Error(`${command} ${args.join(' ')} ended early; it wrote: ${written.all}`));
      });
      look();
    });
  return {
    pid: child.pid ?? 0,
    text: () => written.all,
    stdout: () => written.out,
    count: (pattern) => written.all.match(new RegExp(pattern.source, `${pattern.flags}g`))?.length ?? 0,
    exited: closed,
    until,
    wrote: async (pattern) => {
      await until(() => pattern.test(written.all));
      const match = pattern.exec(written.all);
      if (match === null) throw new Error(`${String(pattern)} matches no longer`);
      return match;
    },
  };
}
