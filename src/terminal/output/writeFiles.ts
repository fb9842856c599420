import { writeFile } from 'node:fs/promises';
import { OffloopError } from '../../base/offloopError.ts';

/** Writes a file that the user named; the error names the path. No folder is made: a mistyped one would hide the file. */
export async function writeOutput(path: string, text: string): Promise<void> {
  try {
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
      // A reader that has enough (`| head`) closes the pipe: that is not an error.
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') reject(error);
      else resolve();
    });
  });
}
