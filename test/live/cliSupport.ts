import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The built command line. */
export const cliPath = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What the command line said and how it ended. */
export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The path of a program that the command line's tests run. */
export const cliProgram = (name: string): string =>
  fileURLToPath(new URL(`cliPrograms/${name}`, import.meta.url));

/** A command line that runs. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliEnd>;
  /** The first match in what standard error says. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the built command line, in the repository's root unless told otherwise; it is killed when the test ends. */
export function startCli(args: readonly string[], cwd = root): RunningCli {
  const child = spawn(process.execPath, [cliPath, ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const ended = new Promise<CliEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stderr);
        if (match !== null) resolve(match);
      };
      child.stderr.on('data', look);
      void ended.then(() => {
        reject(new Error(`the command line ended without saying ${String(pattern)}: ${stderr}`));
      });
      look();
    });
  return { child, ended, said };
}

/** Runs the built command line to its end. */
export const runCli = (args: readonly string[], cwd?: string): Promise<CliEnd> => startCli(args, cwd).ended;
