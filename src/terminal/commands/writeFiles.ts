import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OffloopError } from '../../base/offloopError.ts';

/** Writes a file that the user named, making its folder; the error names the path. */
export async function writeOutput(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw new OffloopError('write-failed', `Cannot write ${path}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** Writes to standard output and waits until it is taken, so that a pipe gets everything before the process ends. */
export function writeStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      // A reader that has seen enough (`| head`) closes the pipe: that is no failure of ours.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}
