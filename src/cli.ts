#!/usr/bin/env node
import { runCli } from './terminal/commands/program.ts';

// A reader that has seen enough (`| head`) closes the pipe. What we left in a target must be taken back all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

void runCli(process.argv).then((code) => {
  process.exitCode = code;
});
